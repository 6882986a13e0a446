# Stage 1 installs the locked packages and the project's wheel into /venv; stage 2 is only Python and /venv.
FROM python:3.12-slim AS build
WORKDIR /source
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot bot
COPY prompts prompts
COPY templates templates
RUN /venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps .

FROM python:3.12-slim
RUN useradd --uid 10001 --create-home broadsheet && mkdir /data && chown broadsheet /data
COPY --from=build /venv /venv
# TMPDIR: what is remembered of the last request to arXiv lies there, and must outlive the container.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 BROADSHEET_HOME=/data TMPDIR=/data
USER broadsheet
WORKDIR /data
VOLUME /data
ENTRYPOINT ["broadsheet"]
CMD ["digest"]
