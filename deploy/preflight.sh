# Checks before an installation. Sourced by deploy/install after lib.sh; each line says what to do next.
# shellcheck shell=sh disable=SC2154
min_memory_kb=7500000
min_disk_kb=20000000
warnings=0

warn() { # text, next step
    warnings=$((warnings + 1))
    say "CẢNH BÁO: $1"
    [ -z "${2:-}" ] || say "  -> $2"
}

newer_or_same() { # version, wanted version
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1)" = "$2" ]
}

check_engine() {
    command -v "$docker" >/dev/null 2>&1 || fail "chưa cài Docker Engine" "cài docker-ce hoặc docker.io, phiên bản 20.10 trở lên"
    engine=$($docker version -f '{{.Server.Version}}' 2>/dev/null) || fail "Docker Engine không trả lời" \
        "systemctl start docker; tài khoản này phải được dùng Docker"
    newer_or_same "${engine%%[+-]*}" 20.10 || fail "Docker Engine $engine quá cũ" "cần 20.10 trở lên"
    version=$(compose version --short) || fail "Docker Compose không chạy" "cần 1.29 hoặc v2"
    version=${version#v}
    newer_or_same "${version%%[+-]*}" 1.29 || fail "Docker Compose $version quá cũ" "cần 1.29 hoặc v2"
    say "Docker Engine $engine, Compose $version"
}

check_machine() {
    memory=$(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo)
    [ "$memory" -ge "$min_memory_kb" ] || fail "máy chỉ có $((memory / 1000)) MB bộ nhớ" "cần 8 GB"
    [ "$(getconf _NPROCESSORS_ONLN)" -ge 2 ] || warn "máy chỉ có một bộ xử lý" "nên có 2 trở lên"
    place=$($docker info -f '{{.DockerRootDir}}')
    free=$(df -Pk "$place" | awk 'NR==2 {print $4}')
    [ "$free" -ge "$min_disk_kb" ] || fail "đĩa chứa $place chỉ còn $((free / 1000000)) GB" "cần ít nhất 20 GB trống, nên có 100 GB"
    backups=$(path_setting ANSINH_BACKUP_FOLDER ./backups)
    parent=$backups
    while [ ! -e "$parent" ]; do parent=$(dirname "$parent"); done
    [ "$(stat -c %d "$parent")" != "$(stat -c %d "$place")" ] \
        || warn "thư mục sao lưu $backups nằm cùng đĩa với dữ liệu" "đặt ANSINH_BACKUP_FOLDER sang đĩa khác"
    say "bộ nhớ $((memory / 1000000)) GB, đĩa trống $((free / 1000000)) GB"
}

check_clock() {
    command -v timedatectl >/dev/null 2>&1 || { warn "không biết đồng hồ có được NTP giữ đúng không" "kiểm tra chrony hoặc systemd-timesyncd"; return; }
    case $(timedatectl show -p NTPSynchronized --value 2>/dev/null) in
    yes) say "đồng hồ được NTP giữ đúng" ;;
    *) warn "đồng hồ chưa được NTP đồng bộ" "bật chrony hoặc systemd-timesyncd: tháng chi trả và chữ ký phụ thuộc vào giờ" ;;
    esac
}

check_settings() {
    [ -f "$root/.env" ] || fail "chưa có .env" "cp .env.example .env rồi điền"
    for name in ANSINH_PROVINCE_CODE ANSINH_HOSTNAME ANSINH_PUBLIC_URL ANSINH_OIDC_ISSUER ANSINH_OIDC_JWKS_URL; do
        [ -n "$(setting $name)" ] || fail "$name còn trống trong .env" "xem bảng biến trong deploy/README.md"
    done
    for name in ANSINH_PUBLIC_URL ANSINH_OIDC_ISSUER ANSINH_OIDC_JWKS_URL; do
        case $(setting $name) in https://*) ;; *) fail "$name phải bắt đầu bằng https://" "sửa .env" ;; esac
    done
    case $(setting ANSINH_HOSTNAME)$(setting ANSINH_OIDC_ISSUER) in
    *.example*) fail ".env còn tên miền mẫu (.example)" "điền tên thật của tỉnh" ;;
    esac
    getent hosts "$(setting ANSINH_HOSTNAME)" >/dev/null || warn "DNS chưa biết $(setting ANSINH_HOSTNAME)" \
        "khai báo tên này trỏ tới máy chủ, nếu không người dùng không vào được"
    check_certificate
}

check_certificate() {
    tls=$(setting ANSINH_TLS internal)
    [ "$tls" != internal ] || return 0
    folder=$(path_setting ANSINH_TLS_FOLDER ./deploy/proxy/tls)
    for file in $tls; do
        case $file in /etc/tls/*) ;; *) fail "ANSINH_TLS phải gọi tệp theo tên trong container: /etc/tls/..." "sửa .env" ;; esac
        [ -f "$folder/${file#/etc/tls/}" ] || fail "không có tệp $folder/${file#/etc/tls/}" "chép chứng thư và khóa vào $folder"
    done
}

check_port() {
    port=$(setting ANSINH_HTTPS_PORT 443)
    ours=$(container proxy)
    [ -z "$ours" ] || [ "$(health "$ours")" = exited ] || return 0
    # State 0A is listening; addresses are in hexadecimal.
    wanted=$(printf '%04X' "$port")
    if awk -v port="$wanted" '$4 == "0A" { n = split($2, part, ":"); if (part[n] == port) found = 1 } END { exit !found }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null; then
        fail "cổng $port đã có chương trình khác dùng" "tắt chương trình đó hoặc đổi ANSINH_HTTPS_PORT"
    fi
}

check_provider() { # asks as the services will: from a container, with the same authorities
    authorities=$(path_setting ANSINH_CA_FOLDER ./deploy/authorities)
    answer=$($docker run --rm -i --read-only --cap-drop ALL --security-opt no-new-privileges \
        ${ANSINH_CHECK_NETWORK:+--network "$ANSINH_CHECK_NETWORK"} \
        -e ANSINH_OIDC_ISSUER="$(setting ANSINH_OIDC_ISSUER)" -e ANSINH_OIDC_JWKS_URL="$(setting ANSINH_OIDC_JWKS_URL)" \
        -e ANSINH_CA_FOLDER=/etc/ansinh/authorities --volume "$authorities:/etc/ansinh/authorities:ro" \
        "$(image)" python -m common.runtime.provider_check 2>&1) || {
        say "$answer" >&2
        fail "không dùng được hệ thống đăng nhập (OpenID)" "sửa ANSINH_OIDC_*, mạng, tường lửa hoặc $authorities rồi chạy lại"
    }
    say "$answer"
}
