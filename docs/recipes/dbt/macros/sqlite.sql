{# dbt-sqlite alone: moments as dbt wants them, and a hash without an extension of SQLite. #}

{% macro sqlite__collect_freshness(source, loaded_at_field, filter) -%}
  {% call statement("collect_freshness", fetch_result=True, auto_begin=False) -%}
    select datetime(max({{ loaded_at_field }})), datetime('now') from {{ source }}
    {% if filter %} where {{ filter }} {% endif %}
  {%- endcall %}
  {%- set found = load_result("collect_freshness") -%}
  {%- set read = modules.datetime.datetime.fromisoformat -%}
  {%- set moments = [] -%}
  {%- for text in found.table.rows[0].values() -%}
    {%- do moments.append(read(text) if text else none) -%}
  {%- endfor -%}
  {{ return(namespace(response=found.response, table=[moments])) }}
{%- endmacro %}

{% macro sqlite__snapshot_hash_arguments(args) -%}
  {%- for arg in args %}
    coalesce(cast({{ arg }} as text), ''){{ " || '|' || " if not loop.last }}
  {%- endfor %}
{%- endmacro %}
