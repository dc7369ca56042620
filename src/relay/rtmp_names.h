// RtmpNames: what an RTMP client says, with another name for its stream. A stream's name is its key, and whoever has it
// may send in its place; so ffmpeg, whose command line everybody may read, is told a stand-in, and the relay puts the
// key where the client names the stream. Pure; one thread. Inside of `relay`.
//
// Of the protocol (Adobe's "RTMP specification 1.0", 2012) only the frame is read: handshake, chunks, and of messages
// those that carry commands (AMF 0). All else passes byte by byte.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace relay {

// How FFmpeg parts the path of an RTMP address: the first component is the application, or the first two where three or
// more are there; the rest with its query names the stream. `name` is empty where there is no such rest.
struct RtmpPath {
  std::string application, name;
};
RtmpPath parts_of_rtmp(std::string_view rest);  // "/live/key?token=x"

// What a stream is called on a command line.
inline constexpr std::string_view kStandIn = "by-relay";

class RtmpNames {
 public:
  // Names of at most 65535 bytes.
  RtmpNames(std::string stand_in, std::string name) : stand_in_(std::move(stand_in)), name_(std::move(name)) {}
  // What the server is to get for these bytes of the client, which may end anywhere. invalid: this is no RTMP, and
  // nothing more can be passed.
  base::Result<std::string> feed(std::string_view bytes);

 private:
  // What a chunk stream has said last; the headers of later chunks leave out what stays the same.
  struct Channel {
    std::uint32_t time = 0, length = 0, received = 0;
    char type = 0;
    bool extended = false;  // the time stands in four bytes behind the header
    bool differs = false;   // the server knows another length than the client
    std::string head;       // of the command under way, as the client sent it
    std::string message;    // of a command or of the protocol's own, so far
  };
  // The first chunk: its size; 0 where not all of it is there.
  base::Result<std::size_t> take_chunk(std::string_view all, std::string& out);
  base::Result<void> finish(Channel& channel, std::string& out);
  std::string renamed(std::string_view command) const;

  std::string stand_in_, name_;
  std::size_t handshake_ = 1 + 1536 + 1536;  // bytes of it that are still to come
  std::uint32_t chunk_size_ = 128;
  std::map<std::uint32_t, Channel> channels_;
  std::string waiting_;
};

}  // namespace relay
