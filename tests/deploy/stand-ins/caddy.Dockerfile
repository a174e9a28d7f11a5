# Stands in for caddy:2.11, laid out as the official image is (caddy-docker, 2.11/alpine/Dockerfile): runs as
# root by default, /data belongs to root, /data/caddy and /config/caddy are open to everybody.
ARG BASE
FROM ${BASE}
COPY busybox /bin/busybox
COPY caddy /usr/bin/caddy
# cap_net_bind_service=ep, as setcap writes it.
RUN ln -s /bin/busybox /usr/local/bin/wget \
    && mkdir -p /config/caddy /data/caddy /etc/caddy /usr/share/caddy /srv && chmod 1777 /config/caddy /data/caddy \
    && echo ':80' > /etc/caddy/Caddyfile && chmod 0755 /usr/bin/caddy \
    && python3 -c "import os, struct; os.setxattr('/usr/bin/caddy', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 10, 0, 0, 0))"
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config CADDY_VERSION=v2.11.7
EXPOSE 80 443 443/udp 2019
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
