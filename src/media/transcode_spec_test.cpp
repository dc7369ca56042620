#include "media/transcode_spec.h"

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/shown.h"
#include "media/test_specs.h"

namespace media {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Names, AreReadBackAsTheyAreWritten) {
  for (const auto codec : {Codec::h264, Codec::h265, Codec::vp9, Codec::av1})
    EXPECT_EQ(*parse_codec(name(codec)), codec);
  for (const auto audio : {Audio::none, Audio::copy, Audio::aac, Audio::opus})
    EXPECT_EQ(*parse_audio(name(audio)), audio);
  for (const auto mode : {OutputMode::file, OutputMode::rtmp, OutputMode::null})
    EXPECT_EQ(*parse_output_mode(name(mode)), mode);
  for (const auto subtitles : {Subtitles::none, Subtitles::copy})
    EXPECT_EQ(*parse_subtitles(name(subtitles)), subtitles);
  EXPECT_EQ(*parse_codec("hevc"), Codec::h265);
}

TEST(Names, ThatAreUnknownAreRefusedWithTheNearestOnes) {
  EXPECT_THAT(parse_codec("h256").error().text(), HasSubstr("Did you mean 'h264' or 'h265'?"));
  EXPECT_THAT(parse_codec("x\ny").error().text(), HasSubstr("'x?y' is not a codec; one of h264, h265, vp9, av1"));
  EXPECT_EQ(parse_audio("").error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(parse_output_mode("rmtp").error().text(), HasSubstr("'rtmp'"));
}

TEST(Shown, CutsBetweenCharactersAndShowsNoControlCharacters) {
  EXPECT_EQ(shown("aä\x1b[1m", 120), "aä?[1m");
  EXPECT_EQ(shown("aää", 4), "aä…");
  EXPECT_EQ(shown("abc", 3), "abc");
  EXPECT_EQ(shown("caf\xe9 \xed\xa0\x80 \xc0\xaf \xf5", 120), "caf? ??? ?? ?");
  EXPECT_EQ(shown("€\xe2\x82", 120), "€??");
  EXPECT_EQ(shown("𝄞"), "𝄞");
}

TEST(Check, FindsNothingWrongWithWhatIsRight) {
  EXPECT_THAT(check(generated_spec()), IsEmpty());
  EXPECT_THAT(check(file_spec()), IsEmpty());
  EXPECT_THAT(check(stream_spec()), IsEmpty());
}

// Each case changes one thing of a good spec; the fault must name that field and say `words`.
struct Case {
  std::string field, words;
  std::function<void(TranscodeSpec&)> change;
};

void expect_faults(TranscodeSpec (*good)(), const std::vector<Case>& cases) {
  for (const auto& c : cases) {
    TranscodeSpec spec = good();
    c.change(spec);
    EXPECT_THAT(check(spec), Contains(testing::AllOf(Field(&SpecFault::field, c.field),
                                                     Field(&SpecFault::message, HasSubstr(c.words)))))
        << c.field << ": " << c.words;
  }
}

TEST(Check, RefusesNumbersOutOfRange) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  using units::BitsPerSecond, units::Hertz, units::PictureSize, units::Seconds;
  expect_faults(generated_spec, {
                                    {"duration", "1 ms to 604800 s", [](auto& s) { s.duration = Seconds(0); }},
                                    {"duration", "out of range", [](auto& s) { s.duration = Seconds(-5); }},
                                    {"duration", "out of range", [](auto& s) { s.duration = Seconds(604801); }},
                                    {"duration", "out of range", [](auto& s) { s.duration = Seconds(nan); }},
                                    {"bitrate", "4.00 Gb/s is out of range; 8 kb/s to 400 Mb/s",
                                     [](auto& s) { s.bitrate = BitsPerSecond(4e9); }},
                                    {"bitrate", "out of range", [](auto& s) { s.bitrate = BitsPerSecond(5); }},
                                    {"bitrate", "out of range", [](auto& s) { s.bitrate = BitsPerSecond(nan); }},
                                    {"fps", "1 to 240", [](auto& s) { s.rate = Hertz(0); }},
                                    {"fps", "1 to 240", [](auto& s) { s.rate = Hertz(nan); }},
                                    {"fps", "1 to 240", [](auto& s) { s.rate = Hertz(1000); }},
                                    {"resolution", "even number",
                                     [](auto& s) {
                                       s.size = PictureSize{853, 480};
                                     }},
                                    {"resolution", "even number",
                                     [](auto& s) {
                                       s.size = PictureSize{0, 480};
                                     }},
                                    {"resolution", "even number",
                                     [](auto& s) {
                                       s.size = PictureSize{1280, 100000};
                                     }},
                                    {"gop", "1 to 1000", [](auto& s) { s.gop = 0; }},
                                    {"threads", "1 to 512", [](auto& s) { s.threads = -1; }},
                                    {"crf", "0 to 51 for h264", [](auto& s) { s.crf = 52; }},
                                    {"crf", "0 to 51 for h265", [](auto& s) { s.codec = Codec::h265, s.crf = -1; }},
                                    {"crf", "0 to 63 for vp9", [](auto& s) { s.codec = Codec::vp9, s.crf = 64; }},
                                    {"crf", "0 to 63 for av1", [](auto& s) { s.codec = Codec::av1, s.crf = 64; }},
                                });
}

TEST(Check, AsksForWhatAGeneratedSourceNeeds) {
  expect_faults(generated_spec, {
                                    {"duration", "needs a duration", [](auto& s) { s.duration.reset(); }},
                                    {"resolution", "needs a resolution", [](auto& s) { s.size.reset(); }},
                                    {"fps", "needs a frame rate", [](auto& s) { s.rate.reset(); }},
                                    {"audio", "cannot be copied", [](auto& s) { s.audio = Audio::copy; }},
                                });
}

TEST(Check, AsksForARateControl) {
  expect_faults(generated_spec,
                {{"bitrate", "needs a bitrate (such as 5M) or a crf", [](auto& s) { s.bitrate.reset(); }}});
  expect_faults(stream_spec, {{"bitrate", "a stream needs a bitrate", [](auto& s) { s.bitrate.reset(), s.crf = 23; }}});
}

TEST(Check, RefusesEncodersAndPresetsThatDoNotFit) {
  expect_faults(
      generated_spec,
      {
          {"encoder", "Did you mean 'libx264'", [](auto& s) { s.encoder = "libx246"; }},
          {"encoder", "libx265 makes h265, but the codec is h264", [](auto& s) { s.encoder = "libx265"; }},
          {"encoder", "not an encoder", [](auto& s) { s.encoder = "libx264 -vf movie=/etc/passwd"; }},
          {"preset", "Did you mean 'medium'?", [](auto& s) { s.preset = "mediun"; }},
          {"preset", "not a preset of libx264", [](auto& s) { s.encoder = "libx264", s.preset = "p4"; }},
          {"preset", "not a preset of av1", [](auto& s) { s.codec = Codec::av1, s.preset = "medium:film-grain=50"; }},
          {"preset", "h264_vaapi has no presets", [](auto& s) { s.encoder = "h264_vaapi", s.preset = "medium"; }},
          {"crf", "vp9_vaapi has no crf", [](auto& s) { s.codec = Codec::vp9, s.encoder = "vp9_vaapi", s.crf = 30; }},
          {"pixel_format", "10 bits for h265",
           [](auto& s) { s.encoder = "h264_nvenc", s.pixel_format = "yuv420p10le"; }},
          {"crf", "a bitrate or a crf, not both", [](auto& s) { s.encoder = "h264_vaapi", s.crf = 23; }},
          {"pixel_format", "yuv420p10le", [](auto& s) { s.pixel_format = "yuv420p10"; }},
          {"pixel_format", "h264_nvenc gets 4:2:0",
           [](auto& s) { s.encoder = "h264_nvenc", s.pixel_format = "yuv444p"; }},
          {"pixel_format", "4:2:0 only", [](auto& s) { s.codec = Codec::av1, s.pixel_format = "yuv444p"; }},
      });
}

TEST(Check, TakesAPresetOfAnyEncoderOfTheCodecWhereNoEncoderIsNamed) {
  TranscodeSpec spec = generated_spec();
  for (const auto* preset : {"p7", "veryslow", "ultrafast"}) {
    spec.preset = preset;
    EXPECT_THAT(check(spec), IsEmpty()) << preset;
  }
}

TEST(Check, SaysWhyRtmpCarriesOnlyH264) {
  for (const auto codec : {Codec::h265, Codec::vp9, Codec::av1}) {
    TranscodeSpec spec = stream_spec();
    spec.codec = codec, spec.encoder.clear(), spec.preset.clear();
    EXPECT_THAT(check(spec),
                testing::ElementsAre(testing::AllOf(Field(&SpecFault::field, "codec"),
                                                    Field(&SpecFault::message, HasSubstr("FLV carries h264 only")))));
  }
}

TEST(Check, RefusesContainersThatTheCodecOrSoundDoesNotFit) {
  expect_faults(
      file_spec,
      {
          {"output", "WebM carries vp9 and av1, not h264", [](auto& s) { s.output = "/out/a.webm"; }},
          {"output", "Vorbis and Opus",
           [](auto& s) { s.codec = Codec::vp9, s.audio = Audio::aac, s.output = "/out/a.webm"; }},
          {"output", "Did you mean 'mp4'", [](auto& s) { s.output = "/out/a.mp3"; }},
          {"output", ".mp4, .mkv or .webm", [](auto& s) { s.output = "/out.d/file"; }},
          {"output", "the output is the input", [](auto& s) { s.output = *s.input; }},
          {"output", "output_mode file only, and it is null", [](auto& s) { s.output_mode = OutputMode::null; }},
          {"rtmp_url", "output_mode rtmp only, and it is file", [](auto& s) { s.rtmp_url = "rtmp://a/b/c"; }},
      });
}

TEST(Check, ReadsFromTheWebByPlainAddresses) {
  for (const std::string good : {"http://host/a.mp4", "https://media.example:8443/a/b.mp4?key=v&x=%20",
                                 "http://[fd00::1]/a", "http://10.0.0.1:8080/a.mp4"}) {
    TranscodeSpec spec = file_spec();
    spec.input = good;
    EXPECT_THAT(check(spec), testing::IsEmpty()) << good;
    spec = file_spec(), spec.output = good;
    EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "output"))) << "it is never written to " << good;
  }
  for (const std::string bad :
       {"http://", "http://host", "http://host/", "http:///a", "http://u:p@host/a", "http://host:0/a",
        "http://host:x/a", "http://ho st/a", "http://-o/a", "http://host/a b", "http://host/\xc3\xa4",
        "http://host/a\n", "http://host/a#b", "http://host\\@x/a", "HTTP://host/a"}) {
    TranscodeSpec spec = file_spec();
    spec.input = bad;
    EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "input"))) << bad;
  }
}

TEST(Check, ReadsAndWritesPlainFilesOnly) {
  for (const std::string bad :
       {"", "a.mp4", "../a.mp4", "/media/../etc/a.mp4", "ftp://host/a.mp4", "file:///etc/passwd", "concat:a.mp4",
        "pipe:0", "subfile,,start,0,end,9,,:/etc/passwd", "-i", "/a\n.mp4", "/folder/", "media:a.mp4", "unix://x",
        "rtmp://h/a/b", "https:", "://a", "/x/.."}) {
    TranscodeSpec spec = file_spec();
    spec.input = bad;
    EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "input"))) << bad;
    if (bad.empty()) continue;  // an output that is not chosen yet
    spec = file_spec(), spec.output = bad;
    EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "output"))) << bad;
  }
  TranscodeSpec spec = file_spec();
  spec.input = "/" + std::string(5000, 'a');
  EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "input")));
  for (const std::string good : {"/a.mp4", "media:/a.mp4", "/with blank/ünï;'\"$(x).mp4", "/a..b/c.mp4"}) {
    spec.input = good;
    EXPECT_THAT(check(spec), IsEmpty()) << good;
  }
}

TEST(Check, TakesPlainRtmpAddressesOnly) {
  TranscodeSpec spec = stream_spec();
  for (const std::string good :
       {"rtmp://127.0.0.1:1935/live/key", "rtmp://[::1]:1935/live/key", "rtmp://nginx-rtmp/live/a/b_c?token=x%20y"}) {
    spec.rtmp_url = good;
    EXPECT_THAT(check(spec), IsEmpty()) << good;
  }
  for (const std::string bad :
       {"http://h/live/key", "rtmp://", "rtmp://h", "rtmp://h/live", "rtmp://h//key", "rtmp://user:pw@h/live/key",
        "rtmp://h:0/live/key", "rtmp://h:99999/live/key", "rtmp://h:x/live/key", "rtmp://h/live/key playpath=x",
        "rtmp://h/live/../x", "rtmp://-h/live/key", "rtmp://h/live/key\n", "rtmp://h/live/ke|y", "rtmp:///live/key"}) {
    spec.rtmp_url = bad;
    EXPECT_THAT(check(spec), Contains(Field(&SpecFault::field, "rtmp_url"))) << bad;
  }
}

TEST(Check, RefusesWhatAGeneratedPictureOrAStreamHasNot) {
  expect_faults(generated_spec, {
                                    {"start", "begins where it begins", [](auto& s) { s.start = units::Seconds(1); }},
                                    {"subtitles", "has none to copy", [](auto& s) { s.subtitles = Subtitles::copy; }},
                                    {"streams", "1 to 64", [](auto& s) { s.streams = 0; }},
                                    {"streams", "1 to 64", [](auto& s) { s.streams = 65; }},
                                });
  expect_faults(file_spec, {{"start", "0 to 604800 s", [](auto& s) { s.start = units::Seconds(-1); }},
                            {"output", "cannot be copied into it", [](auto& s) { s.subtitles = Subtitles::copy; }}});
  expect_faults(stream_spec, {
                                 {"audio", "carries no Opus", [](auto& s) { s.audio = Audio::opus; }},
                                 {"subtitles", "carries no subtitles", [](auto& s) { s.subtitles = Subtitles::copy; }},
                                 {"passes", "cannot be looked at before", [](auto& s) { s.passes = 2; }},
                             });
}

TEST(Check, TakesTwoPassesWhereTheEncoderHasThem) {
  expect_faults(generated_spec,
                {
                    {"passes", "1 or 2", [](auto& s) { s.passes = 3; }},
                    {"passes", "no crf", [](auto& s) { s.passes = 2, s.crf = 23; }},
                    {"passes", "SVT-AV1 has no two passes; use 1, or encoder libaom-av1",
                     [](auto& s) { s.passes = 2, s.codec = Codec::av1; }},
                    {"passes", "libvpx-vp9 has no two passes; use 1, or encoder libvpx-vp9 with",
                     [](auto& s) {
                       s.passes = 2, s.codec = Codec::vp9, s.encoder = "libvpx-vp9";
                       s.preset = "realtime-8";
                     }},
                    {"passes", "h264_vaapi has no two passes", [](auto& s) { s.passes = 2, s.encoder = "h264_vaapi"; }},
                });
  TranscodeSpec spec = generated_spec();
  spec.passes = 2;
  EXPECT_THAT(check(spec), IsEmpty());
  spec.codec = Codec::av1, spec.encoder = "libaom-av1";
  EXPECT_THAT(check(spec), IsEmpty());
}

TranscodeSpec ladder_spec() {
  TranscodeSpec spec = file_spec();
  spec.output.clear();
  spec.outputs.assign(2, spec);
  spec.outputs[0].output = "/media/a.mp4", spec.outputs[1].output = "/media/b.mp4";
  spec.outputs[1].size = units::PictureSize{640, 360};
  return spec;
}

TEST(Check, LooksAtEachRenditionOfALadder) {
  EXPECT_THAT(check(ladder_spec()), IsEmpty());
  expect_faults(
      ladder_spec,
      {
          {"outputs/1/bitrate", "out of range", [](auto& s) { s.outputs[1].bitrate = units::BitsPerSecond(5); }},
          {"outputs/1/output", "output of outputs/0 as well", [](auto& s) { s.outputs[1].output = "/media/a.mp4"; }},
          {"outputs/0/output", "the output is the input", [](auto& s) { s.outputs[0].output = *s.input; }},
          {"outputs", "at most 16", [](auto& s) { s.outputs.resize(17); }},
          {"output", "names its own output", [](auto& s) { s.output = "/media/c.mp4"; }},
          {"streams", "do not go together", [](auto& s) { s.streams = 2; }},
      });
}

TEST(Renditions, AreTheOnesOfALadderElseTheSpecItself) {
  EXPECT_THAT(renditions(file_spec()), testing::ElementsAre(file_spec()));
  const auto all = renditions(ladder_spec());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].output, "/media/b.mp4");
  EXPECT_EQ(all[1].input, ladder_spec().input);
  EXPECT_THAT(all[1].outputs, IsEmpty());
  EXPECT_THAT(output_files(ladder_spec()), testing::ElementsAre("/media/a.mp4", "/media/b.mp4"));
}

TEST(Streams, HaveEachAnOutputOfTheirOwn) {
  TranscodeSpec spec = file_spec();
  EXPECT_EQ(stream_of(spec, 1), spec);
  spec.streams = 3;
  EXPECT_THAT(output_files(spec), testing::ElementsAre("/media/out-1.mp4", "/media/out-2.mp4", "/media/out-3.mp4"));
  spec = stream_spec(), spec.streams = 2;
  EXPECT_EQ(stream_of(spec, 2).rtmp_url, "rtmp://127.0.0.1:1935/live/key-2");
  EXPECT_EQ(stream_of(spec, 2).streams, 1);
  spec.rtmp_url += "?token=x";
  EXPECT_EQ(stream_of(spec, 1).rtmp_url, "rtmp://127.0.0.1:1935/live/key-1?token=x");
  EXPECT_THAT(output_files(spec), IsEmpty());
}

TEST(RootsOf, AreTheNamesBeforeItsPaths) {
  TranscodeSpec spec = ladder_spec();
  EXPECT_THAT(roots_of(spec), IsEmpty());
  spec.input = "media:/a.mp4", spec.outputs[0].output = "out:/a.mp4", spec.outputs[1].output = "media:/b.mp4";
  EXPECT_THAT(roots_of(spec), testing::ElementsAre("media", "out"));
}

TEST(Check, CollectsEveryFault) {
  TranscodeSpec spec = generated_spec();
  spec.duration = units::Seconds(-1), spec.bitrate = units::BitsPerSecond(4e9), spec.crf = 99, spec.threads = 0;
  EXPECT_EQ(check(spec).size(), 4u);
}

TEST(EncoderTable, NamesUsualPresetsThatTheEncoderTakes) {
  for (const auto& facts : encoder_table()) {
    EXPECT_EQ(usual_preset(facts.codec, facts.name), facts.usual_preset);
    EXPECT_EQ(knows_preset(facts, facts.usual_preset), !facts.presets.empty()) << facts.name;
  }
  EXPECT_EQ(usual_preset(Codec::av1, ""), "8");
}

TEST(ContainerOf, FollowsTheExtensionOrElseTheCodec) {
  const auto container = [](Codec codec, Audio audio, std::string output) {
    TranscodeSpec spec;
    spec.codec = codec, spec.audio = audio, spec.output = std::move(output);
    return container_of(spec).value_or("refused");
  };
  EXPECT_EQ(container(Codec::h264, Audio::none, "/a.mp4"), "mp4");
  EXPECT_EQ(container(Codec::av1, Audio::aac, "/A.MKV"), "mkv");
  EXPECT_EQ(container(Codec::av1, Audio::none, "/a.webm"), "webm");
  EXPECT_EQ(container(Codec::vp9, Audio::aac, "/a.mp4"), "mp4");
  EXPECT_EQ(container(Codec::h264, Audio::none, "/a.webm"), "refused");
  EXPECT_EQ(container(Codec::h265, Audio::aac, ""), "mp4");
  EXPECT_EQ(container(Codec::vp9, Audio::none, ""), "webm");
  EXPECT_EQ(container(Codec::vp9, Audio::aac, ""), "mkv");
  EXPECT_EQ(container(Codec::vp9, Audio::opus, ""), "webm");
  EXPECT_EQ(container(Codec::av1, Audio::opus, "/a.webm"), "webm");
}

}  // namespace
}  // namespace media
