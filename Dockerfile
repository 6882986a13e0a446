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
# HTTP_HOST: within the container; who reaches it is decided by what the container publishes.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 BROADSHEET_HOME=/data TMPDIR=/data HTTP_HOST=0.0.0.0 HTTP_PORT=8080
USER broadsheet
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The bot stops within 10 s of it; give it 15 before it is killed (docker stop --time 15, stop_grace_period in compose).
STOPSIGNAL SIGTERM
# Unhealthy once the loop has stood still for two minutes, or could not read its database for five.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import os, sys; from http.client import HTTPConnection as C; c = C('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["broadsheet"]
CMD ["run"]
