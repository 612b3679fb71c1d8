"""The rules to go by: those of the folder, or those that were published last."""
