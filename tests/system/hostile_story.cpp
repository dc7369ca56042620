// Hostile jobs: files that are something else than they say, names that are options, addresses that lead inside, texts
// in fields that are no values. A farm of the built programs runs them all; not one file, folder or port that is not
// its own may be touched. What would happen if the checks of arguments failed is in command_line_story.cpp.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include "support/hostile.h"
#include "support/web.h"

namespace story {
namespace {

using testing::HasSubstr;

std::string atom(const std::string& type, const std::string& body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 8);
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(size >> shift));
  return out + type + body;
}

// Contents that make a demuxer open something else. `file` and `url` are what they would open.
std::vector<std::pair<std::string, std::string>> contents(const std::string& file, const std::string& url) {
  const std::string hls = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n";
  const auto segment = [&](const std::string& what) { return hls + "#EXTINF:1,\n" + what + "\n#EXT-X-ENDLIST\n"; };
  std::vector<std::pair<std::string, std::string>> out{
      {"hls-file", segment("file://" + file)},
      {"hls-path", segment(file)},
      {"hls-near", segment("sibling.mp4")},
      {"hls-http", segment(url + "/a.ts")},
      {"hls-concat", segment("concat:" + file + "|" + file)},
      {"hls-subfile", segment("subfile,,start,0,end,100,,:" + file)},
      {"hls-key",
       hls + "#EXT-X-KEY:METHOD=AES-128,URI=\"file://" + file + "\"\n#EXTINF:1,\nsibling.mp4\n#EXT-X-ENDLIST\n"},
      {"hls-map", hls + "#EXT-X-MAP:URI=\"" + url + "/i.mp4\"\n#EXTINF:1,\nsibling.mp4\n#EXT-X-ENDLIST\n"},
      {"hls-master", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + url + "/b.m3u8\n"},
      {"ffconcat", "ffconcat version 1.0\nfile '" + file + "'\n"},
      {"ffconcat-near", "ffconcat version 1.0\nfile sibling.mp4\n"},
      {"ffconcat-http", "ffconcat version 1.0\nfile '" + url + "/c.mp4'\n"},
      {"sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video " +
                  url.substr(url.rfind(':') + 1) + " RTP/AVP 96\na=rtpmap:96 H264/90000\n"},
      {"dash",
       "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" "
       "mediaPresentationDuration=\"PT1S\"><Period><AdaptationSet><Representation id=\"1\" bandwidth=\"1\"><BaseURL>" +
           url + "/d.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>"},
      {"svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\"><image href=\"file://" + file +
                  "\"/></svg>"},
      {"mov-reference",
       atom("ftyp", "qt  ") +
           atom("moov", atom("rmra", atom("rmda", atom("rdrf", std::string(4, '\0') + "url " +
                                                                   std::string("\0\0\0\x20", 4) + file))))},
      {"text", "secret text, no media\n"},
      {"nothing", ""},
      {"zeros", std::string(4096, '\0')},
      {"ffmetadata", ";FFMETADATA1\ntitle=x\n"},
  };
  return out;
}

TEST_F(HostileStory, TheCorpusIsRealAndTheCanariesSing) {
  // What ffmpeg does when it is asked in the usual way: it reads the other file, and it goes to the address.
  const auto disguised = inputs_.make("disguised.mp4", contents(secret("secret.ts"), canary_url())[0].second);
  watch();
  EXPECT_EQ(run({"ffmpeg", "-v", "error", "-i", disguised, "-f", "null", "-"}).code, 0);
  EXPECT_THAT(secrets_.touched(), HasSubstr("opened secret.ts"));
  run({"ffmpeg", "-v", "error", "-rw_timeout", "100000", "-i", canary_url() + "/a.mp4", "-f", "null", "-"});
  EXPECT_GT(port_canary_.visits(), 0);
}

TEST_F(HostileStory, FilesThatAreSomethingElseReadNothingElse) {
  std::vector<json::Value> jobs;
  for (const auto* extension : {"mp4", "mkv", "ts"})
    for (const auto& [name, content] : contents(secret("secret.ts"), canary_url()))
      jobs.push_back(reads(inputs_.make(name + "." + extension, content)));
  ::mkfifo((inputs_.path() / "pipe.mp4").c_str(), 0600);
  std::filesystem::create_symlink("/nowhere", inputs_.path() / "dangling.mp4");
  for (const std::string& path : {(inputs_.path() / "pipe.mp4").string(), (inputs_.path() / "dangling.mp4").string(),
                                  inputs_.path().string(), std::string("/dev/zero"), std::string("/dev/stdin"),
                                  std::string("/proc/self/environ"), std::string("/proc/self/fd/0"),
                                  std::string("/dev/null"), std::string("/etc/shadow"), std::string("/proc/kcore")})
    jobs.push_back(reads(path));
  watch();
  auto m = master();
  auto a = agent("agent", {"--slots", "4"});
  const auto numbers = submit_all(jobs);
  EXPECT_GE(numbers.size(), 60u);
  expect_all(numbers, "failed");
  expect_nothing_touched();
}

TEST_F(HostileStory, AddressesThatLeadInsideAreNotReached) {
  const auto port = port_canary_.port();
  std::string playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + canary_url() + "/a.ts\n#EXT-X-ENDLIST\n";
  Web web([&](const std::string& path, const std::string& request) {
    if (path == "/canary") return web_redirect(canary_url() + "/x.mp4");
    if (path == "/localhost") return web_redirect("http://localhost:" + port + "/x.mp4");
    if (path == "/file") return web_redirect("file://" + secret("secret.mp4"));
    if (path == "/rtmp") return web_redirect("rtmp://127.0.0.1:" + port + "/live/a");
    if (path == "/gopher") return web_redirect("gopher://127.0.0.1:" + port + "/1x");
    if (path == "/metadata") return web_redirect("http://169.254.169.254/latest/meta-data/");
    if (path == "/user") return web_redirect("http://127.0.0.1@127.0.0.1:" + port + "/");
    return web_answer(playlist, request);
  });
  std::vector<json::Value> jobs;
  for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0", "0.0.0.0", "127.1", "2130706433", "0x7f000001",
                                 "0177.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.2"}) {
    jobs.push_back(reads("http://" + host + ":" + port + "/a.mp4"));
    jobs.push_back(job("out", json::Value::object({{"output_mode", "rtmp"},
                                                   {"bitrate", "300k"},
                                                   {"rtmp_url", "rtmp://" + host + ":" + port + "/live/key"}})));
  }
  for (const auto* url :
       {"https://127.0.0.1/a.mp4", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/a.mp4",
        "http://192.168.0.1/a.mp4", "http://172.16.0.1:8080/a.mp4", "http://100.64.0.1/a.mp4", "http://[fd00::1]/a.mp4",
        "http://[fe80::1]/a.mp4", "http://[64:ff9b::7f00:1]/a.mp4", "http://[2002:7f00:1::]/a.mp4",
        "http://224.0.0.1/a.mp4", "http://93.184.216.34:22/a.mp4"})
    jobs.push_back(reads(url));
  for (const auto* path :
       {"/canary", "/localhost", "/file", "/rtmp", "/gopher", "/metadata", "/user", "/list.m3u8", "/list.mp4"})
    jobs.push_back(reads(web.url(path)));
  watch();
  auto m = master();
  auto a = agent("agent", {"--slots", "4", "--allow-destination", web.host()});
  const auto numbers = submit_all(jobs);
  EXPECT_GE(numbers.size(), 40u);
  expect_all(numbers, "failed");
  expect_nothing_touched();
}

TEST_F(HostileStory, WhatIsAllowedIsReadFromTheWebAlsoWhereItBreaksOff) {
  const auto file = content(media_);
  Web web([&](const std::string& path, const std::string& request) {
    if (path == "/moved.mp4") return web_redirect("/plain.mp4");
    return web_answer(file, request, path == "/broken.mp4" ? file.size() / 3 : std::string::npos);
  });
  watch();
  auto m = master();
  auto a = agent("agent", {"--allow-destination", web.host()});
  expect_all(
      submit_all({reads(web.url("/plain.mp4")), reads(web.url("/moved.mp4")), reads(web.url("/broken.mp4?key=k"))}),
      "completed");
  const auto missing = submit_all({reads("http://" + web.host().substr(0, web.host().find(':')) + ":1/a.mp4")});
  expect_all(missing, "failed");
  EXPECT_THAT(text_at(finished(missing.at(0)), "reason"), HasSubstr("--allow-destination 127.0.0.1:1"));
}

TEST_F(HostileStory, AnInputByHttpsNeedsACertificateThatSomebodyVouchesFor) {
  ASSERT_EQ(run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                 "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"})
                .code,
            0);
  // This server knows no ranges, so the file is one that is read from front to back.
  ASSERT_EQ(run({"ffmpeg", "-v", "error", "-i", media_, "-c", "copy", "plain.mkv"}).code, 0);
  const auto port = std::to_string(free_port());
  Program server(start({"openssl", "s_server", "-accept", port, "-cert", "cert.pem", "-key", "key.pem", "-WWW"}));
  ASSERT_TRUE(server.prints("ACCEPT"));
  auto m = master();
  const auto job = reads("https://localhost:" + port + "/plain.mkv");
  auto a = agent("distrustful", {"--allow-destination", "localhost:" + port});
  const auto refused = submit_all({job});
  expect_all(refused, "failed");
  EXPECT_THAT(text_at(finished(refused.at(0)), "reason"), HasSubstr("certificate is not trusted"));
  a->signal(SIGINT);
  a->wait();
  auto b = agent("trustful", {"--allow-destination", "localhost:" + port, "--input-ca-file", "cert.pem"});
  expect_all(submit_all({job}), "completed");
}

// An ffmpeg that is a script: nobody knows what it starts, so two layers are missing.
TEST_F(HostileStory, WhatIsMissingIsShownWithItsReason) {
  hold_jobs();
  let_jobs_go();
  auto m = master();
  auto a = agent("lenient");
  expect_all(submit_all({reads(media_)}), "completed");
  const auto shown = run({"ffwatt", "jobs", "show", "1"});
  EXPECT_THAT(shown.out, testing::AllOf(HasSubstr("Sandbox"), HasSubstr("missing"), HasSubstr("filesystem: "),
                                        HasSubstr("is a script")));
}

TEST_F(HostileStory, OddNamesAreOnlyNames) {
  std::vector<json::Value> jobs;
  std::vector<std::string> expected;
  for (const std::string name : {"-i.mp4",
                                 "-f lavfi.mp4",
                                 "%d.mp4",
                                 "%03d-%s.mp4",
                                 "a'b.mp4",
                                 "a\"b.mp4",
                                 "a|b.mp4",
                                 "concat:a|b.mp4",
                                 "a b.mp4",
                                 "$(touch pwned).mp4",
                                 "`touch pwned`.mp4",
                                 ";touch pwned;.mp4",
                                 "a,b;c.mp4",
                                 "[in].mp4",
                                 "a:b=c.mp4",
                                 "@list.mp4",
                                 "*.mp4",
                                 "?.mp4",
                                 "~.mp4",
                                 "a\\b.mp4",
                                 "ä€.mp4",
                                 "subfile,,start,0,end,9,,:x.mp4",
                                 "http:..mp4",
                                 "#.mp4"}) {
    std::filesystem::copy_file(media_, inputs_.path() / name);
    jobs.push_back(job("names", json::Value::object({{"input", (inputs_.path() / name).string()},
                                                     {"output", (outputs_ / name).string()}})));
    expected.push_back(name);
  }
  watch();
  auto m = master();
  auto a = agent("agent", {"--slots", "4"});
  const auto numbers = submit_all(jobs);
  EXPECT_EQ(numbers.size(), jobs.size());
  expect_all(numbers, "completed");
  std::vector<std::string> made;
  for (const auto& entry : std::filesystem::directory_iterator(outputs_))
    made.push_back(entry.path().filename().string());
  EXPECT_THAT(made, testing::UnorderedElementsAreArray(expected));
  expect_nothing_touched();
}

TEST_F(HostileStory, TextsThatAreNoValuesAreRefusedAtTheDoor) {
  auto m = master();
  const std::vector<std::string> payloads{"h264 -f tee /tmp/x",
                                          "../../etc/passwd",
                                          "$(id)",
                                          "movie=/etc/passwd",
                                          "a,b",
                                          "x:dump-yuv=/tmp/y",
                                          "-vstats_file",
                                          "\n-y\n/x",
                                          "%s%n",
                                          "'; --"};
  int refused = 0;
  for (const auto* field : {"codec", "encoder", "preset", "pixel_format", "bitrate", "resolution", "fps", "gop",
                            "audio", "output_mode", "threads", "crf", "duration", "rtmp_url"})
    for (const auto& payload : payloads) {
      auto parameters = json::Value::object({{"duration", 1}});
      parameters.set(field, payload);
      const auto body = json::Value::object({{"scenario", "480p30-h264"}, {"parameters", parameters}});
      EXPECT_EQ(post(body), 400) << field << "=" << payload;
      ++refused;
    }
  for (const std::string input : {"file:///etc/passwd",
                                  "ftp://a/x.mp4",
                                  "gopher://a/x",
                                  "concat:/etc/passwd|/etc/passwd",
                                  "subfile,,start,0,end,9,,:/etc/passwd",
                                  "unix:/run/x",
                                  "pipe:0",
                                  "data:text/plain,x",
                                  "tcp://127.0.0.1:1",
                                  "udp://127.0.0.1:1",
                                  "rtp://127.0.0.1:1",
                                  "http://u:p@a.example/x.mp4",
                                  "-i",
                                  "relative.mp4",
                                  "/a/../etc/passwd",
                                  "/a\n/b.mp4",
                                  "/a\x01.mp4",
                                  "//",
                                  "/folder/",
                                  "rtmp://a/b/c",
                                  "crypto:/x",
                                  "async:/x",
                                  "cache:/x",
                                  "zmq:tcp://x",
                                  "srt://x:1",
                                  "lavfi:testsrc",
                                  "http://",
                                  "http://a b/x",
                                  "https:///x",
                                  "http://a:99999/x",
                                  "http://a.example/ x.mp4"}) {
    EXPECT_EQ(post(reads(input)), 400) << input;
    ++refused;
  }
  EXPECT_GE(refused, 150);
}

}  // namespace
}  // namespace story
