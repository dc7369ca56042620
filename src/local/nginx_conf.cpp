#include "local/nginx_conf.h"

#include "base/format.h"

namespace local {

// master_process off: one process is the whole server. It stays the user that started it (as root, workers would become
// nobody and lose our folder), and when it dies by PR_SET_PDEATHSIG no worker is left behind.
// access_log off, also in rtmp: it would be in /var/log/nginx, where only root may write.
// idle_streams off: a player is let go when its publisher leaves, instead of waiting for one that never comes back.
std::string nginx_conf(const os::Path& rtmp_module, std::uint16_t rtmp_port, std::uint16_t http_port) {
  return base::format(R"(load_module {};
daemon off;
master_process off;
worker_processes 1;
pid nginx.pid;
error_log {} notice;

events {{
  worker_connections 512;
}}

rtmp {{
  access_log off;
  server {{
    listen 127.0.0.1:{};
    chunk_size 4096;
    application live {{
      live on;
      record off;
      idle_streams off;
      allow publish 127.0.0.1;
      deny publish all;
    }}
  }}
}}

http {{
  access_log off;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;
  server {{
    listen 127.0.0.1:{};
    location = /stat {{
      rtmp_stat all;
    }}
    location / {{
      return 404;
    }}
  }}
}}
)",
                      rtmp_module.string(), kErrorLog, rtmp_port, http_port);
}

}  // namespace local
