# The portal for production. Everything it needs to know comes from the environment: see docs/settings.md.
FROM python:3.13-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /app/.venv \
    && /app/.venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt

FROM python:3.13-slim-bookworm
RUN useradd --uid 10001 --home-dir /data --create-home portal
WORKDIR /app
COPY --from=packages /app/.venv /app/.venv
COPY manage.py gunicorn.conf.py ./
COPY commissioning commissioning
COPY funders funders
COPY providers providers
COPY templates templates
COPY static static
COPY tools/healthcheck.py tools/healthcheck.py
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORTAL_DATA=/data \
    STATIC_ROOT=/app/collected \
    WEB_BIND=0.0.0.0:8000
# The pages' styles are collected with throw-away settings; no secret enters the image.
RUN PORTAL_DEMO=1 PORTAL_DATA=/tmp/build python manage.py collectstatic --no-input --verbosity 0 && rm -rf /tmp/build
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "tools/healthcheck.py", "http://localhost:8000", "web"]
CMD ["python", "-m", "gunicorn", "commissioning.wsgi"]
