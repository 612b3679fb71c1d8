{% snapshot capability_codes %}
{{ config(target_schema=target.schema, unique_key="capability_id", strategy="check",
          check_cols=["state_code", "effort_code", "today_by", "withdrawn_reason"]) }}

select capability_id, state_code, effort_code, today_by, withdrawn_reason
from {{ source("headway", "v1_crm") }}

{% endsnapshot %}
