#include "media/command_line.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "media/encoder_table.h"
#include "media/test_specs.h"

namespace media {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string joined(const std::vector<std::string>& arguments) { return base::join(arguments, " "); }

const std::string fixed = "-hide_banner -nostdin -nostats -loglevel level+warning -progress pipe:3 -y ";
const std::string limits =
    "-protocol_whitelist file -format_whitelist mov,matroska,webm,mpegts,mpeg,avi,flv,ogg,asf,mxf,ivf,h264,hevc,obu,"
    "yuv4mpegpipe,m4v,mp3,wav,flac,aac -max_pixels 35389440 -probesize 5M -analyzeduration 5M ";
const std::string no_names = "-map_metadata -1 -map_chapters -1 ";

TEST(FfmpegArguments, OfAGeneratedPictureToAFile) {
  EXPECT_EQ(joined(ffmpeg_arguments(generated_spec(), {.encoder = "libx264", .target = "/out/.a.tmp"})),
            fixed +
                "-f lavfi -i testsrc2=size=320x180:rate=30 -map 0:v -t 1.000000 -c:v libx264 -preset medium "
                "-b:v 300000 -g 60 -pix_fmt yuv420p -an " +
                no_names + "-f mp4 -movflags +faststart file:/out/.a.tmp");
}

TEST(FfmpegArguments, OfAFileThatIsScaledAndCut) {
  TranscodeSpec spec = file_spec();
  spec.codec = Codec::vp9, spec.preset = "realtime-7", spec.output = "/media/out.webm";
  spec.size = units::PictureSize{1280, 720}, spec.rate = units::Hertz(29.97), spec.duration = units::Seconds(90);
  spec.threads = 4;
  EXPECT_EQ(
      joined(ffmpeg_arguments(spec, {.encoder = "libvpx-vp9", .target = "/out/.a.tmp", .progress_descriptor = 7})),
      "-hide_banner -nostdin -nostats -loglevel level+warning -progress pipe:7 -y -filter_threads 4 " + limits +
          "-threads 4 -i file:/media/in.mov -map 0:v:0 -t 90.000000 "
          "-vf fps=30000/1001,scale=1280:720:flags=bicubic -c:v libvpx-vp9 -deadline realtime -cpu-used 7 -row-mt 1 "
          "-crf 23 -b:v 0 -g 60 -pix_fmt yuv420p -threads 4 -an " +
          no_names + "-f webm file:/out/.a.tmp");
}

TEST(FfmpegArguments, OfAStreamInRealTimeWithSound) {
  EXPECT_EQ(
      joined(ffmpeg_arguments(
          stream_spec(), {.encoder = "libx264", .target = "rtmp://127.0.0.1:1935/live/key", .pace = Pace::real_time})),
      fixed +
          "-re -f lavfi -i testsrc2=size=320x180:rate=30 -re -f lavfi -i sine=frequency=440:sample_rate=48000 "
          "-map 0:v -map 1:a -t 1.000000 -c:v libx264 -preset veryfast -b:v 300000 -maxrate 300000 "
          "-bufsize 600000 -g 60 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -b:a 128k -ar 48000 -ac 2 " +
          no_names + "-f flv -flvflags no_duration_filesize rtmp://127.0.0.1:1935/live/key");
}

TEST(FfmpegArguments, OfWhatARelayServesNameTheRelayAndNeverTheAddressBehindIt) {
  TranscodeSpec spec = file_spec();
  spec.input = "https://media.example/a.mp4?key=secret";
  const auto reads = joined(
      ffmpeg_arguments(spec, {.encoder = "libx264", .target = "/o", .input_url = "http://127.0.0.1:8000/input"}));
  EXPECT_THAT(reads, HasSubstr("-protocol_whitelist http,tcp -format_whitelist mov,"));
  EXPECT_THAT(reads, HasSubstr("-rw_timeout 60000000 -i http://127.0.0.1:8000/input "));
  EXPECT_THAT(reads, Not(HasSubstr("media.example")));
  const auto sends = joined(ffmpeg_arguments(
      stream_spec(),
      {.encoder = "libx264", .target = "rtmp://127.0.0.1:8000/live/key", .rtmp_server = "rtmp://media.example/live"}));
  EXPECT_THAT(sends, HasSubstr("-rtmp_tcurl rtmp://media.example/live rtmp://127.0.0.1:8000/live/key"));
}

TEST(FfmpegArguments, OfTheNullOutputNameNoFile) {
  TranscodeSpec spec = file_spec();
  spec.output.clear(), spec.output_mode = OutputMode::null, spec.audio = Audio::copy;
  const auto text = joined(ffmpeg_arguments(spec, {.encoder = "libx264", .target = "/never"}));
  EXPECT_THAT(text, testing::EndsWith("-f null -"));
  EXPECT_THAT(text, HasSubstr("-map 0:a:0? "));
  EXPECT_THAT(text, HasSubstr("-c:a copy "));
  EXPECT_THAT(text, Not(HasSubstr("/never")));
}

// One row an encoder: what stands between "-c:v" and the sound.
TEST(FfmpegArguments, SpeakEachEncodersOwnWords) {
  struct Case {
    std::string_view encoder, preset;
    std::optional<double> bitrate;
    std::optional<int> crf;
    std::string_view expected;
  };
  for (const auto& c : std::vector<Case>{
           {"libx264", "slow", 5e6, {}, "-preset slow -b:v 5000000 -g 60 -pix_fmt yuv420p"},
           {"libx264", "", 5e6, 23, "-preset medium -crf 23 -maxrate 5000000 -bufsize 10000000 -g 60 -pix_fmt yuv420p"},
           {"libx265", "", {}, 28, "-preset medium -crf 28 -g 60 -pix_fmt yuv420p -x265-params log-level=warning"},
           {"libvpx-vp9", "best", 2e6, {}, "-deadline best -row-mt 1 -b:v 2000000 -g 60 -pix_fmt yuv420p"},
           {"libvpx-vp9", "good-2", 2e6, 31,
            "-deadline good -cpu-used 2 -row-mt 1 -crf 31 -b:v 2000000 -g 60 -pix_fmt yuv420p"},
           {"libsvtav1", "", {}, 35, "-preset 8 -crf 35 -g 60 -pix_fmt yuv420p"},
           {"libaom-av1", "8", {}, 40, "-cpu-used 8 -row-mt 1 -crf 40 -b:v 0 -g 60 -pix_fmt yuv420p"},
           {"h264_nvenc", "p7", {}, 20, "-preset p7 -rc vbr -cq 20 -g 60 -pix_fmt yuv420p"},
           {"hevc_qsv", "", {}, 20, "-preset medium -global_quality 20 -g 60 -pix_fmt nv12"},
           {"h264_vaapi", "", {}, 20, "-rc_mode CQP -global_quality 20 -g 60"},
           {"vp9_vaapi", "", 2e6, {}, "-b:v 2000000 -g 60"}}) {
    TranscodeSpec spec = generated_spec();
    spec.codec = find_encoder(c.encoder)->codec, spec.encoder = c.encoder, spec.preset = c.preset, spec.crf = c.crf;
    spec.bitrate.reset();
    if (c.bitrate) spec.bitrate = units::BitsPerSecond(*c.bitrate);
    ASSERT_THAT(check(spec), testing::IsEmpty()) << c.encoder;
    const auto text = joined(ffmpeg_arguments(spec, {.encoder = std::string(c.encoder), .target = "/o"}));
    const auto begin = text.find("-c:v "), end = text.find(" -an ");
    EXPECT_EQ(text.substr(begin, end - begin), "-c:v " + std::string(c.encoder) + " " + std::string(c.expected));
  }
}

TEST(FfmpegArguments, OpenTheDeviceThatAHardwareEncoderNeeds) {
  const auto text = [](std::string encoder) {
    return joined(ffmpeg_arguments(generated_spec(), {.encoder = std::move(encoder), .target = "/o"}));
  };
  EXPECT_THAT(text("h264_vaapi"), HasSubstr("-vaapi_device /dev/dri/renderD128 -f lavfi"));
  EXPECT_THAT(text("h264_vaapi"), HasSubstr("-vf format=nv12,hwupload "));
  EXPECT_THAT(text("h264_qsv"), HasSubstr("-init_hw_device qsv=qsv:hw,child_device=/dev/dri/renderD128 "));
  EXPECT_THAT(text("h264_nvenc"), Not(testing::AnyOf(HasSubstr("device"), HasSubstr("-vf"))));
}

TEST(FfmpegArguments, OfALadderDecodeOnceAndNameEachRendition) {
  TranscodeSpec spec = file_spec();
  spec.output.clear(), spec.preset = "fast", spec.duration = units::Seconds(5), spec.audio = Audio::aac;
  spec.outputs.assign(2, spec);
  spec.outputs[0].size = units::PictureSize{1280, 720}, spec.outputs[0].output = "/o/720.mp4";
  spec.outputs[1].codec = Codec::h265, spec.outputs[1].size = units::PictureSize{640, 360};
  spec.outputs[1].output = "/o/360.mkv";
  ASSERT_THAT(check(spec), testing::IsEmpty());
  EXPECT_EQ(joined(ffmpeg_arguments(spec, {.encoder = "",
                                           .target = "",
                                           .ladder = {{"libx264", "/o/.720.mp4"}, {"libx265", "/o/.360.mkv"}},
                                           .source_rate = units::Hertz(24)})),
            fixed + limits +
                "-i file:/media/in.mov "
                "-map 0:v:0 -map 0:a:0? -t 5.000000 -vf scale=1280:720:flags=bicubic -c:v libx264 -preset fast "
                "-crf 23 -g 48 -pix_fmt yuv420p -c:a aac -b:a 128k -ar 48000 -ac 2 " +
                no_names +
                "-f mp4 -movflags +faststart file:/o/.720.mp4 "
                "-map 0:v:0 -map 0:a:0? -t 5.000000 -vf scale=640:360:flags=bicubic -c:v libx265 -preset fast "
                "-crf 23 -g 48 -pix_fmt yuv420p -x265-params log-level=warning -c:a aac -b:a 128k -ar 48000 -ac 2 " +
                no_names + "-f matroska file:/o/.360.mkv");
}

TEST(FfmpegArguments, OfAGeneratedLadderScaleWhatIsNotTheSourcesSize) {
  TranscodeSpec spec = generated_spec();
  spec.outputs.assign(2, spec);
  spec.outputs[1].size = units::PictureSize{160, 90}, spec.outputs[1].rate = units::Hertz(15);
  spec.output_mode = OutputMode::null;
  const auto text = joined(ffmpeg_arguments(spec, {"", "", {{"libx264", ""}, {"libx264", ""}}}));
  EXPECT_THAT(text, HasSubstr("-map 0:v -t 1.000000 -c:v libx264"));
  EXPECT_THAT(text, HasSubstr("-map 0:v -t 1.000000 -vf fps=15,scale=160:90:flags=bicubic -c:v libx264"));
}

TEST(FfmpegArguments, OfTwoPassesLookFirstAndThenEncode) {
  TranscodeSpec spec = generated_spec();
  spec.passes = 2, spec.audio = Audio::aac;
  const auto text = [&](Codec codec, std::string encoder, Pass pass) {
    spec.codec = codec;
    EXPECT_EQ(runs_twice(spec, {{encoder, "/o"}}), pass != Pass::only) << encoder;
    return joined(ffmpeg_arguments(spec, {.encoder = std::move(encoder), .target = "/o", .pass = pass}));
  };
  EXPECT_THAT(text(Codec::h264, "libx264", Pass::first),
              testing::EndsWith("-b:v 300000 -pass 1 -passlogfile pass-0 -g 60 -pix_fmt yuv420p -an -f null -"));
  EXPECT_THAT(text(Codec::h264, "libx264", Pass::second),
              testing::AllOf(HasSubstr("-pass 2 -passlogfile pass-0 "), testing::EndsWith("file:/o")));
  EXPECT_THAT(text(Codec::h265, "libx265", Pass::first),
              HasSubstr("-x265-params log-level=warning:pass=1:stats=pass-0.log "));
  EXPECT_THAT(text(Codec::h264, "h264_nvenc", Pass::only), HasSubstr("-multipass fullres "));
}

TEST(FfmpegArguments, OfACutBeginBehindItsStartAndKeepTheSubtitles) {
  TranscodeSpec spec = file_spec();
  spec.start = units::Seconds(2.5), spec.subtitles = Subtitles::copy, spec.output = "/media/out.mkv";
  spec.audio = Audio::opus;
  const auto text = joined(ffmpeg_arguments(spec, {.encoder = "libx264", .target = "/o"}));
  EXPECT_THAT(text, HasSubstr("-ss 2.500000 -i file:/media/in.mov -map 0:v:0 -map 0:a:0? -map 0:s? -c:v"));
  EXPECT_THAT(text, HasSubstr("-c:a libopus -b:a 128k -ar 48000 -ac 2 -c:s copy -copypriorss:s 0 "));
}

TEST(FfmpegArguments, OfTenBitsOnHardwareUseTheFormThatItTakes) {
  const auto text = [](std::string encoder) {
    TranscodeSpec spec = generated_spec();
    spec.codec = Codec::h265, spec.encoder = encoder, spec.pixel_format = "yuv420p10le";
    EXPECT_THAT(check(spec), testing::IsEmpty());
    return joined(
        ffmpeg_arguments(spec, {.encoder = std::move(encoder), .target = "/o", .render_node = "/dev/dri/renderD129"}));
  };
  EXPECT_THAT(text("hevc_nvenc"), HasSubstr("-pix_fmt p010le "));
  EXPECT_THAT(text("hevc_qsv"), testing::AllOf(HasSubstr("-pix_fmt p010le "), HasSubstr("renderD129")));
  EXPECT_THAT(text("hevc_vaapi"),
              testing::AllOf(HasSubstr("-vf format=p010,hwupload "), HasSubstr("-vaapi_device /dev/dri/renderD129 ")));
}

TEST(FfmpegArguments, GiveEachEncoderNoMoreThreadsThanItTakes) {
  TranscodeSpec spec = generated_spec();
  spec.threads = 300;
  const auto text = [&](std::string encoder) {
    return joined(ffmpeg_arguments(spec, {.encoder = std::move(encoder), .target = "/o"}));
  };
  EXPECT_THAT(text("libx264"), HasSubstr("-threads 128 "));
  EXPECT_THAT(text("libvpx-vp9"), HasSubstr("-threads 64 "));
  EXPECT_THAT(text("libx265"), HasSubstr("-x265-params log-level=warning:pools=300:frame-threads=16 "));
  EXPECT_THAT(text("libsvtav1"), HasSubstr("-svtav1-params lp=300 "));
}

TEST(FfmpegArguments, CountTwoSecondsBetweenKeyFrames) {
  const auto gop = [](std::optional<double> asked, std::optional<double> source, std::optional<int> chosen) {
    TranscodeSpec spec = file_spec();
    if (asked) spec.rate = units::Hertz(*asked);
    spec.gop = chosen;
    CommandInputs inputs{.encoder = "libx264", .target = "/o"};
    if (source) inputs.source_rate = units::Hertz(*source);
    const auto arguments = ffmpeg_arguments(spec, inputs);
    return *(std::find(arguments.begin(), arguments.end(), "-g") + 1);
  };
  EXPECT_EQ(gop(60, 24, {}), "120");
  EXPECT_EQ(gop({}, 24, {}), "48");
  EXPECT_EQ(gop({}, 23.976, {}), "48");
  EXPECT_EQ(gop({}, {}, {}), "60");
  EXPECT_EQ(gop({}, 1e6, {}), "1000") << "a container that lies about its rate";
  EXPECT_EQ(gop(60, 24, 10), "10");
}

TEST(FfmpegArguments, TagH265InMp4SoThatEveryPlayerTakesIt) {
  TranscodeSpec spec = generated_spec();
  spec.codec = Codec::h265;
  EXPECT_THAT(ffmpeg_arguments(spec, {.encoder = "libx265", .target = "/o"}), Contains("hvc1"));
}

TEST(FfmpegArguments, NeverPutTextOfTheUserAnywhereButIntoTheTwoNames) {
  const std::string marks = "'\";|:=,[]\\%$`movie=";
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string hostile;
    for (int i = 0; i < 20; ++i) hostile += marks[random() % marks.size()];
    TranscodeSpec spec = file_spec();
    spec.scenario = hostile, spec.input = "/in" + hostile, spec.output = "/out" + hostile + ".mp4";
    spec.size = units::PictureSize{16 + 2 * static_cast<int>(random() % 1000), 16};
    spec.rate = units::Hertz(1 + static_cast<double>(random() % 239));
    ASSERT_THAT(check(spec), testing::IsEmpty());
    const std::string target = spec.output + ".tmp";
    const auto arguments = ffmpeg_arguments(spec, {.encoder = "libx264", .target = target});
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool is_name = (i > 0 && arguments[i - 1] == "-i") || i + 1 == arguments.size();
      if (is_name) {
        EXPECT_TRUE(arguments[i] == "file:" + *spec.input || arguments[i] == "file:" + target);
      } else {
        EXPECT_THAT(arguments[i], Not(HasSubstr(hostile)));
      }
    }
    const auto chain = std::find(arguments.begin(), arguments.end(), "-vf") + 1;
    EXPECT_TRUE(std::all_of(chain->begin(), chain->end(), [](char c) {
      return std::string_view("abcdefghijklmnopqrstuvwxyz0123456789=:,./").find(c) != std::string_view::npos;
    })) << *chain;
  }
}

TEST(IsFfmpeg, GoesByTheBaseName) {
  for (const auto* yes :
       {"ffmpeg", "/usr/bin/ffmpeg", "./ffmpeg", "ffmpeg-7.1", "ffmpeg5", "/opt/ffmpeg-6.0/bin/ffmpeg"})
    EXPECT_TRUE(is_ffmpeg(yes)) << yes;
  for (const auto* no : {"", "ffprobe", "ffmpegthumbnailer", "ffmpeg2theora", "/ffmpeg/", "my-ffmpeg", "sh"})
    EXPECT_FALSE(is_ffmpeg(no)) << no;
}

}  // namespace
}  // namespace media
