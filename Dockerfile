# One image for web, worker and beat; the command chooses (docker-compose.yml).
FROM python:3.11-slim AS build
COPY requirements/base.lock /build/base.lock
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /build/base.lock

FROM python:3.11-slim
# Never root: a hole in a library then opens one process, not the container.
RUN useradd --system --uid 10001 --create-home firebreak && mkdir -p /srv/media && chown firebreak /srv/media
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/firebreak
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=triage.settings.production \
    STATIC_ROOT=/srv/static \
    MEDIA_ROOT=/srv/media
# The values are needed to read the settings and go no further than this line.
RUN SECRET_KEY=only-to-collect DATABASE_URL=postgres:// REDIS_URL=redis:// \
    python manage.py collectstatic --no-input
USER firebreak
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/', timeout=4)"]
CMD ["gunicorn", "triage.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--worker-class", "gthread", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20"]
