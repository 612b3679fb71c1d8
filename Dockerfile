# The base by tag. For a build that can be repeated byte by byte, pin what the tag means today:
#   docker build --build-arg PYTHON=python:3.12-slim-bookworm@sha256:... .
ARG PYTHON=python:3.12-slim-bookworm

FROM ${PYTHON} AS build
# What is installed: with the engine of clock and workers, requirements-scale.txt.
ARG REQUIREMENTS=requirements.txt
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements*.txt ./
RUN python -m venv /opt/headway \
    && /opt/headway/bin/pip install --require-hashes -r "$REQUIREMENTS" \
    && python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes -r requirements-build.txt
COPY . .
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/headway/bin/pip install --no-deps --no-index dist/*.whl \
    && /opt/headway/bin/pip uninstall --yes pip

FROM ${PYTHON}
ENV PATH=/opt/headway/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=build /opt/headway /opt/headway
# The rule book is mounted (or made by `headway init`) at config; var holds SQLite's databases.
RUN mkdir -p /app/var /app/config && chown -R 10001:10001 /app
WORKDIR /app
USER 10001:10001
VOLUME ["/app/var", "/app/config"]
STOPSIGNAL SIGTERM
# A publication that a guard holds back (3) is no sick container; a list that grows stale, or runs
# that fail, are.
HEALTHCHECK --interval=5m --timeout=30s --start-period=2m \
    CMD ["sh", "-c", "headway status > /dev/null || test $? -eq 3"]
ENTRYPOINT ["headway"]
CMD ["serve"]
