# Stands in for caddy:2: Debian's caddy, with the capability that the official image gives its file.
ARG BASE
FROM ${BASE}
COPY busybox /bin/busybox
COPY caddy /usr/bin/caddy
# cap_net_bind_service=ep, as setcap writes it.
RUN ln -s /bin/busybox /usr/local/bin/wget && install -d /data /config \
    && python3 -c "import os, struct; os.setxattr('/usr/bin/caddy', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 10, 0, 0, 0))"
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
CMD ["caddy", "run"]
