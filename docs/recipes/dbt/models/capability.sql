{{ config(materialized="incremental", unique_key="capability_id",
          incremental_strategy="delete+insert") }}

select crm.*, freshness.epoch
from {{ source("headway", "v1_crm") }} as crm
cross join {{ source("headway", "v1_freshness") }} as freshness
{% if is_incremental() %}
where crm.change_seq > (
    select coalesce(max(known.change_seq), -1) from {{ this }} as known
    where known.epoch = freshness.epoch
)
{% endif %}
