// Needs: what a node must have to run a job. As text they are the job's class, by which queues are kept and claimed:
// the same text, the same needs. Values; pure, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"

namespace jobs {

struct Job;
struct NodeFacts;

enum class Alone { no, yes };

struct Needs {
  std::vector<std::string> any_encoder;       // one of these must work
  int threads = 0;                            // hardware threads, at least; 0: any number
  std::map<std::string, std::string> labels;  // that the node carries, each
  std::vector<base::Id> not_on;               // nodes that said that they lack what it needs, sorted
  Alone alone = Alone::no;                    // nothing else may run on the node meanwhile
  // And one of each of these: the renditions of a ladder may have several codecs.
  std::vector<std::vector<std::string>> also_encoders = {};
  std::vector<std::string> roots = {};  // names of folders that the node gives to jobs, sorted
  bool operator==(const Needs&) const = default;
};

// Labels of a job that begin so are wanted of the node: "node.rack": "b7" runs on nodes with the label rack=b7.
inline constexpr std::string_view node_label = "node.";

// The encoder that it names, else whichever ffwatt knows for its codec, preset and passes; its threads, `exclusive`,
// its node labels; not on the nodes on which an attempt failed for what they lack.
Needs needs(const Job& job);

// "libx264|h264_nvenc", "libx265;threads=8;alone", … and back. invalid where the text is none of ours.
std::string class_of(const Needs& needs);
base::Result<Needs> parse_class(std::string_view text);
bool wants_to_be_alone(std::string_view job_class);

// What speaks against the node, in words that follow "needs": "h264_nvenc", "8 threads". Empty: it can run it.
std::string lacks(const NodeFacts& facts, const Needs& needs);
// The same, and the node is none of those that it must not run on.
bool can_run(base::Id node, const NodeFacts& facts, const Needs& needs);

// Which slots of the node a job takes: those of the device whose encoder it would use there, where the node has counted
// them ("nvenc"), else the node's own (empty).
const std::vector<std::string>& slot_devices();  // "nvenc", "vaapi", "qsv"
std::string slot_kind(const NodeFacts& facts, const Needs& needs);
int slots_of(const NodeFacts& facts, const std::string& kind);

}  // namespace jobs
