#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>

#include "net/openssl.h"

namespace net {
namespace {

// Between a peer's encrypted stream and whoever speaks HTTP. OpenSSL reads from and writes to memory; the plain
// transport moves the bytes, so its rules of deadlines and of what is written later hold here too.
class TlsStream final : public Transport, public TransportEvents, public std::enable_shared_from_this<TlsStream> {
 public:
  TlsStream(std::shared_ptr<Loop> loop, Owned<SSL> ssl, TransportEvents& events)
      : loop_(std::move(loop)), ssl_(std::move(ssl)), events_(&events) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));  // which own them
    SSL_set_accept_state(ssl_.get());
  }
  ~TlsStream() override { close(); }
  void over(std::shared_ptr<Transport> plain) { plain_ = std::move(plain); }

  void read() override {
    wants_ = true;
    if (writing_) return;  // written() goes on: what TLS itself would answer is not to pile up
    // What has come already is told from the loop, never from inside of a call.
    if (SSL_has_pending(ssl_.get()) == 1 || BIO_ctrl_pending(SSL_get_rbio(ssl_.get())) > 0)
      return loop_->post([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->step();
      });
    read_plain();
  }

  Written write(std::string bytes, units::Seconds stall) override {
    stall_ = stall;
    ERR_clear_error();
    // Before the handshake nobody could read it: a peer that is refused there is closed.
    if (SSL_is_init_finished(ssl_.get()) == 0 ||
        SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0)
      return Written::broken;
    if (writing_) plain_->set_deadline(stall);  // of what is on its way already
    if (flush() == Written::broken) return Written::broken;
    told_when_written_ = writing_;
    return writing_ ? Written::later : Written::now;
  }

  void set_deadline(units::Seconds from_now) override { plain_->set_deadline(from_now); }
  void clear_deadline() override { plain_->clear_deadline(); }
  void finish_sending() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    finishing_ = true;
    if (flush() != Written::broken && !writing_) plain_->finish_sending();
  }
  void close() override {
    events_ = nullptr;
    if (plain_) plain_->close();
  }
  void abort() override {
    events_ = nullptr;
    plain_->abort();
  }

 private:
  void received(std::string_view bytes) override {
    reading_ = false;
    const auto alive = shared_from_this();
    BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
    step();
  }
  void peer_finished() override {
    reading_ = false;
    const auto alive = shared_from_this();
    if (!events_) return;
    // Whoever ends in the handshake is no peer; a request that was cut is seen by its framing.
    if (SSL_is_init_finished(ssl_.get()) == 0) return events_->broken();
    wants_ = false;
    events_->peer_finished();
  }
  void broken() override {
    const auto alive = shared_from_this();
    if (events_) events_->broken();
  }
  void expired() override {
    const auto alive = shared_from_this();
    if (events_) events_->expired();
  }
  void written() override {
    writing_ = false;
    const auto alive = shared_from_this();
    if (flush() == Written::broken) return events_ ? events_->broken() : void();
    if (writing_) return;
    if (finishing_) plain_->finish_sending();
    if (std::exchange(told_when_written_, false) && events_) events_->written();
    step();
  }

  void read_plain() {
    if (std::exchange(reading_, true)) return;
    plain_->read();
  }

  // Goes as far as what has come allows.
  void step() {
    if (!events_ || writing_) return;
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 0) {
      const int done = SSL_do_handshake(ssl_.get());
      const int why = SSL_get_error(ssl_.get(), done);
      if (flush() == Written::broken) return events_->broken();
      if (done != 1 && why != SSL_ERROR_WANT_READ) return events_->broken();
      if (writing_) return;
      if (done != 1) return read_plain();
    }
    if (!wants_) return;
    const int size = SSL_read(ssl_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
    const int why = SSL_get_error(ssl_.get(), size);
    if (flush() == Written::broken) return events_->broken();  // what TLS itself had to answer
    if (size <= 0 && why == SSL_ERROR_WANT_READ) return writing_ ? void() : read_plain();
    wants_ = false;
    if (size > 0) return events_->received({buffer_.data(), static_cast<std::size_t>(size)});
    why == SSL_ERROR_ZERO_RETURN ? events_->peer_finished() : events_->broken();
  }

  // Sends what OpenSSL has written, one piece at a time.
  Written flush() {
    if (writing_) return Written::later;
    BIO* out = SSL_get_wbio(ssl_.get());
    std::string bytes(BIO_ctrl_pending(out), '\0');
    if (bytes.empty()) return Written::now;
    BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    const auto written = plain_->write(std::move(bytes), stall_);
    writing_ = written == Written::later;
    return written;
  }

  std::shared_ptr<Loop> loop_;
  Owned<SSL> ssl_;
  TransportEvents* events_;  // null once closed
  std::shared_ptr<Transport> plain_;
  units::Seconds stall_{10};  // of a handshake; then as whoever writes says
  bool wants_ = false;        // somebody has asked to read
  bool reading_ = false, writing_ = false, finishing_ = false, told_when_written_ = false;
  std::array<char, 8192> buffer_;
};

class ServerTls final : public Tls {
 public:
  explicit ServerTls(Owned<SSL_CTX> context) : context_(std::move(context)) {}
  std::shared_ptr<Transport> adopt(const std::shared_ptr<Loop>& loop, os::Descriptor socket,
                                   TransportEvents& events) const override {
    Owned<SSL> ssl(SSL_new(context_.get()));
    if (!ssl) return nullptr;
    auto stream = std::make_shared<TlsStream>(loop, std::move(ssl), events);
    auto plain = loop->adopt(std::move(socket), *stream);
    if (!plain) return nullptr;
    stream->over(std::move(plain));
    return stream;
  }

 private:
  Owned<SSL_CTX> context_;
};

}  // namespace

base::Result<std::shared_ptr<const Tls>> Tls::server(const std::string& chain, const std::string& key) {
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
  if (!context) return openssl_error("TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  FFWATT_TRY(auto certificates, read_certificates(chain));
  FFWATT_TRY(const auto private_key, read_key(key));
  if (SSL_CTX_use_certificate(context.get(), certificates.front().get()) != 1) return openssl_error("the certificate");
  for (std::size_t i = 1; i < certificates.size(); ++i)
    if (SSL_CTX_add1_chain_cert(context.get(), certificates[i].get()) != 1) return openssl_error("the chain");
  if (SSL_CTX_use_PrivateKey(context.get(), private_key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
    ERR_clear_error();
    return base::Error::invalid("the key is not that of the certificate");
  }
  return std::shared_ptr<const Tls>(new ServerTls(std::move(context)));
}

}  // namespace net
