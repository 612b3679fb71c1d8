"""What is kept of a site itself: what it is, how far it was read, whether it rests."""
