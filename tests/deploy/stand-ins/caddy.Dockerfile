# Stands in for caddy:2: Debian's caddy, with the capability that the official image gives its file.
ARG BASE
FROM ${BASE}
COPY busybox /bin/busybox
COPY caddy /usr/bin/caddy
RUN ln -s /bin/busybox /usr/local/bin/wget && install -d /data /config
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
CMD ["caddy", "run"]
