{{ config(materialized="table") }}

-- Rows of another epoch were lost when a database was restored.
select capability.*
from {{ ref("capability") }} as capability
inner join {{ source("headway", "v1_freshness") }} as freshness
    on capability.epoch = freshness.epoch
where capability.is_active
