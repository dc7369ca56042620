#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <set>

#include "report/report.h"
#include "report/sample_reports.h"

namespace report {
namespace {

std::string page(const std::vector<jobs::Report>& reports) { return render("html", reports).value_or(""); }

std::vector<jobs::Report> all() {
  return {samples::measured(), samples::estimated(),     samples::unmeasurable(), samples::interrupted(),
          samples::failed(),   samples::other_program(), samples::hostile()};
}

// The page as a tree: what it writes is well-formed XML but for the head's tags without an end.
pugi::xml_document tree(std::string text) {
  text.erase(0, text.find("<body>"));
  text.erase(text.find("</html>"));
  pugi::xml_document document;
  const auto result = document.load_string(text.c_str(), pugi::parse_full | pugi::parse_ws_pcdata);
  EXPECT_TRUE(result) << result.description() << " at " << text.substr(static_cast<std::size_t>(result.offset), 120);
  return document;
}

TEST(HtmlPage, NothingFromOutsideBecomesMarkup) {
  const auto text = page({samples::hostile(), samples::measured()});
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const auto document = tree(text);
  std::set<std::string> tags, attributes;
  for (const auto& found : document.select_nodes("//*")) {
    tags.insert(found.node().name());
    for (const auto& attribute : found.node().attributes()) attributes.insert(attribute.name());
  }
  for (const auto& tag : tags)
    EXPECT_TRUE((std::set<std::string>{
        "body", "main", "section", "header",  "footer",     "h1",      "h2",      "h3",      "p",     "span",  "strong",
        "dl",   "dt",   "dd",      "div",     "ul",         "li",      "table",   "caption", "thead", "tbody", "tr",
        "th",   "td",   "a",       "figure",  "figcaption", "details", "summary", "pre",     "code",  "svg",   "title",
        "desc", "g",    "defs",    "pattern", "path",       "rect",    "circle",  "text"}
                     .contains(tag)))
        << tag;
  for (const auto& attribute : attributes) EXPECT_FALSE(attribute.starts_with("on")) << attribute;
}

TEST(HtmlPage, EachPageIsATreeWhateverTheRun) {
  for (const auto& report : all()) tree(page({report}));
  for (std::uint64_t seed = 0; seed < 100; ++seed) tree(page({samples::random(seed), samples::random(seed + 1000)}));
}

TEST(HtmlPage, NothingIsLoadedFromAnywhereAndNoScriptRuns) {
  const auto text = page(all());
  for (const char* loads : {"<link", "<img", "<iframe", "src=", "@import"})
    EXPECT_EQ(text.find(loads), std::string::npos) << loads;
  EXPECT_NE(text.find("default-src 'none'"), std::string::npos);
}

TEST(HtmlPage, IdsAreUniqueAndEveryLinkLeadsSomewhere) {
  const auto document = tree(page(all()));
  std::set<std::string> ids;
  for (const auto& found : document.select_nodes("//*[@id]"))
    EXPECT_TRUE(ids.insert(found.node().attribute("id").value()).second) << found.node().attribute("id").value();
  for (const auto& found : document.select_nodes("//a"))
    EXPECT_TRUE(ids.contains(found.node().attribute("href").value() + 1)) << found.node().attribute("href").value();
}

TEST(HtmlPage, HeadingsAreInOrderTablesHaveCaptionsAndPlotsHaveWords) {
  for (const auto& reports : {std::vector{samples::measured()}, all()}) {
    const auto document = tree(page(reports));
    EXPECT_EQ(document.select_nodes("//h1").size(), 1u);
    EXPECT_EQ(document.select_nodes("//table[not(caption)]").size(), 0u);
    EXPECT_EQ(document.select_nodes("//th[not(@scope)]").size(), 0u);
    EXPECT_GT(document.select_nodes("//svg").size(), 0u);
    EXPECT_EQ(document.select_nodes("//svg[not(title) or not(desc) or not(@role='img')]").size(), 0u);
    int before = 0;
    for (const auto& found : document.select_nodes("//h1|//h2|//h3")) {
      const int level = found.node().name()[1] - '0';
      EXPECT_LE(level, before + 1);
      before = level;
    }
  }
}

TEST(HtmlPage, AnEstimateIsDrawnAndNamedAsOne) {
  const auto text = page({samples::estimated()});
  EXPECT_NE(text.find("class=\"model\""), std::string::npos);
  EXPECT_NE(text.find("estimated (model)"), std::string::npos);
  EXPECT_EQ(page({samples::measured()}).find("class=\"model\""), std::string::npos);
}

TEST(HtmlPage, UnknownEnergyReadsAsItsReason) {
  const auto text = page({samples::unmeasurable()});
  EXPECT_NE(text.find("n/a: no energy counter can be read"), std::string::npos);
  EXPECT_EQ(text.find(">0 J<"), std::string::npos);
  EXPECT_NE(text.find("There is no curve: no energy counter"), std::string::npos);
}

TEST(HtmlPage, AGapInTheReadingsStaysAGap) {
  const auto document = tree(page({samples::measured()}));
  EXPECT_EQ(document.select_nodes("//svg[contains(@class,'wide')]//path[@class='line']").size(), 2u);
  EXPECT_EQ(document.select_nodes("//details[@class='twin']//td[text()='no reading']").size(), 1u);
}

TEST(HtmlPage, EvenManyLongRunsCanBeSentByMail) {
  auto report = samples::measured();
  report.trace = samples::trace(2000);
  report.log_tail = std::string(16384, 'x');
  for (const std::size_t runs : {1u, 4u, 12u, 20u}) {
    const auto text = page(std::vector<jobs::Report>(runs, report));
    EXPECT_LT(text.size(), 400u * 1000) << runs << " runs";
  }
}

}  // namespace
}  // namespace report
