#include "store/postgres/claims.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "jobs/retry.h"
#include "store/postgres/job_rows.h"

namespace store::postgres {
namespace {

// Others' jobs that no notice told of are found after so long. Where many entries are dead that is work, and it may
// take no more than a twentieth of the time.
constexpr units::Seconds scan_interval{1};
constexpr double scan_share = 20;
constexpr std::int64_t least_refill = 256;
// No back-off is so long: a job that seems to wait longer was delayed before a clock was set back, the server's or that
// of the master that sent it back to the queue.
const std::int64_t longest_wait_ns = static_cast<std::int64_t>(jobs::longest_delay.value() * 1e9) + 1;
// Each turn takes what is missing from what comes next; others may have had all of what one turn tried.
constexpr int most_turns = 32;

}  // namespace

void Claims::spent(units::BootTime since) {
  scan_time_ = scan_time_ + (clock_.boot() - since);
  next_scan_ = clock_.boot() + std::max(scan_interval, scan_time_ * scan_share);
}

base::Result<void> Claims::scan_when_due() {
  const auto begun = clock_.boot();
  if (queue_.knows() && begun < next_scan_) return {};
  // From class to class, not from entry to entry.
  std::vector<Statement> statements;
#define FFWATT_PG_CLASSES(condition)                                             \
  "WITH RECURSIVE known AS ((SELECT job_class FROM jobs WHERE " condition        \
  " ORDER BY job_class LIMIT 1) UNION ALL "                                      \
  "SELECT (SELECT j.job_class FROM jobs j WHERE j." condition                    \
  " AND j.job_class > known.job_class "                                          \
  "ORDER BY j.job_class LIMIT 1) FROM known WHERE known.job_class IS NOT NULL) " \
  "SELECT job_class FROM known WHERE job_class IS NOT NULL"
  statements.push_back({FFWATT_PG_CLASSES("state = 'queued' AND not_before_ns IS NULL"), {}});
  statements.push_back({FFWATT_PG_CLASSES("state = 'queued' AND not_before_ns IS NOT NULL"), {}});
  FFWATT_TRY(const auto answers, session_.ask("looking for classes of jobs in", std::move(statements)));
  std::vector<std::string> ready, delayed;
  for (int row = 0; row < answers[0].size(); ++row) ready.push_back(answers[0].text(row, 0));
  for (int row = 0; row < answers[1].size(); ++row) delayed.push_back(answers[1].text(row, 0));
  queue_.scanned(ready, delayed);
  scan_ = Scan::fresh;
  scan_time_ = units::Seconds(0);
  spent(begun);
  return {};
}

base::Result<std::vector<std::string>> Claims::classes() {
  FFWATT_CHECK(scan_when_due());
  return queue_.classes();
}

void Claims::queued(const JobRecord& record) {
  if (record.job.state != jobs::JobState::queued) return;
  const auto order = jobs::order_key(record.job).nanoseconds();
  if (record.job.not_before)
    queue_.add_delayed(record.job_class, record.job.not_before->nanoseconds());
  else
    queue_.add(record.job_class, {order, record.job.number});
  notice_.add_queued(record.job_class, order);
}

void Claims::heard(const Notice& notice) {
  if (notice.about == Notice::About::everything) return queue_.forget();
  const std::vector<std::string> classes(notice.classes.begin(), notice.classes.end());
  if (queue_.knows()) queue_.look_again(classes, notice.lowest_ns);
}

void Claims::free(const Rows& rows) {
  for (int row = 0; row < rows.size(); ++row) {
    const auto job_class = rows.text(row, 1);
    queue_.add(job_class, {rows.integer(row, 2), rows.integer(row, 0)});
    notice_.add_queued(job_class, rows.integer(row, 2));
  }
}

base::Result<void> Claims::refill(std::span<const std::string> classes, std::size_t wanted, const Marks* marks) {
  const auto begun = clock_.boot();
  const auto gaps = queue_.gaps(classes, wanted);
  const auto asked = std::max(least_refill, static_cast<std::int64_t>(wanted) * 2);
  std::vector<std::string> names;
  std::vector<std::int64_t> orders, numbers, due_at, due_numbers;
  for (const auto& gap : gaps) {
    names.push_back(gap.job_class);
    orders.push_back(gap.behind.order_ns);
    numbers.push_back(gap.behind.number);
  }
  for (const auto& name : classes) {
    due_at.push_back(queue_.due_mark(name).order_ns);
    due_numbers.push_back(queue_.due_mark(name).number);
  }
  std::vector<Statement> statements;
  statements.push_back(
      {"SELECT c.job_class, r.order_ns, r.number, r.offered "
       "FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS c(job_class, order_ns, number) "
       "CROSS JOIN LATERAL (SELECT j.order_ns, j.number, EXISTS (SELECT 1 FROM offers o WHERE o.job = j.number "
       "AND o.expires > farm_clock()) AS offered FROM jobs j WHERE j.job_class = c.job_class "
       "AND j.state = 'queued' AND j.not_before_ns IS NULL AND (j.order_ns, j.number) > (c.order_ns, c.number) "
       "ORDER BY j.order_ns, j.number LIMIT $4::bigint) AS r",
       Parameters().add_texts(names).add_numbers(orders).add_numbers(numbers).add(asked)});
  if (marks) {
    statements.push_back(
        {"SELECT c.job_class, d.not_before_ns, d.order_ns, d.number "
         "FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS c(job_class, not_before_ns, number) "
         "CROSS JOIN LATERAL (SELECT j.not_before_ns, j.order_ns, j.number FROM jobs j "
         "WHERE j.job_class = c.job_class AND j.state = 'queued' AND j.not_before_ns IS NOT NULL "
         "AND (j.not_before_ns, j.number) > (c.not_before_ns, c.number) "
         "AND j.not_before_ns <= (SELECT farm_clock_ns()) ORDER BY j.not_before_ns, j.number LIMIT 1000) AS d",
         Parameters().add_texts(classes).add_numbers(due_at).add_numbers(due_numbers)});
    statements.push_back(take_back_ended_offers(*marks));
    statements.push_back(
        {"SELECT c.job_class, d.order_ns, d.number FROM unnest($1::text[]) AS c(job_class) "
         "CROSS JOIN LATERAL (SELECT j.order_ns, j.number FROM jobs j "
         "WHERE j.job_class = c.job_class AND j.state = 'queued' AND j.not_before_ns IS NOT NULL "
         "AND j.not_before_ns > (SELECT farm_clock_ns()) + $2::bigint AND NOT EXISTS (SELECT 1 FROM offers o "
         "WHERE o.job = j.number AND o.expires > farm_clock()) ORDER BY j.not_before_ns, j.number LIMIT 1000) AS d",
         Parameters().add_texts(classes).add(longest_wait_ns)});
  }
  FFWATT_TRY(const auto answers, session_.ask("looking for queued jobs in", std::move(statements)));
  struct Found {
    std::vector<Queue::Entry> free;
    Queue::Entry last;
    std::int64_t rows = 0;
  };
  std::map<std::string, Found> found;
  for (const auto& name : names) found[name];
  for (int row = 0; row < answers[0].size(); ++row) {
    auto& of = found[answers[0].text(row, 0)];
    of.last = {answers[0].integer(row, 1), answers[0].integer(row, 2)};
    if (answers[0].text(row, 3) != "t") of.free.push_back(of.last);
    ++of.rows;
  }
  for (const auto& [name, of] : found)
    queue_.fill(name, of.free, of.rows > 0 ? std::optional(of.last) : std::nullopt,
                of.rows < asked ? Queue::Behind::nothing : Queue::Behind::more);
  if (marks) {
    for (int row = 0; row < answers[1].size(); ++row)
      queue_.due(answers[1].text(row, 0), {answers[1].integer(row, 1), answers[1].integer(row, 3)},
                 {answers[1].integer(row, 2), answers[1].integer(row, 3)});
    free(answers[2]);
    for (int row = 0; row < answers[3].size(); ++row)
      queue_.due(answers[3].text(row, 0), {}, {answers[3].integer(row, 1), answers[3].integer(row, 2)});
  }
  if (std::exchange(scan_, Scan::settled) == Scan::fresh) spent(begun);
  return {};
}

std::vector<Claims::Planned> Claims::plan(std::span<const Wish> wishes, std::span<const std::vector<Offered>> answers) {
  std::vector<Planned> planned;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    auto count = answers[i].size();
    bool alone = count > 0 && jobs::wants_to_be_alone(answers[i].back().record.job_class);
    while (!alone && static_cast<int>(count) < wishes[i].most) {
      const auto head = queue_.first(wishes[i].classes);
      if (!head) break;
      alone = jobs::wants_to_be_alone(head->job_class);
      if (alone && count > 0) break;
      queue_.drop(*head);
      planned.push_back({i, *head});
      ++count;
    }
  }
  return planned;
}

base::Result<std::size_t> Claims::give(std::span<const Planned> planned, std::span<const Wish> wishes,
                                       const Store::NewToken& new_token, units::Seconds lifetime,
                                       std::vector<std::vector<Offered>>& answers) {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> classes;
  for (const auto& each : planned) {
    numbers.push_back(each.head.entry.number);
    classes.push_back(each.head.job_class);
  }
  // The second statement sees every offer that was committed before the locks were had, and nobody offers a job whose
  // row another has locked.
  std::vector<Statement> statements;
  statements.push_back({"SELECT " FFWATT_PG_RECORD " FROM unnest($1::bigint[], $2::text[]) AS c(number, job_class) "
                        "JOIN jobs j ON j.number = c.number AND j.job_class = c.job_class WHERE j.state = 'queued' "
                        "AND (j.not_before_ns IS NULL OR j.not_before_ns <= farm_clock_ns() "
                        "OR j.not_before_ns > farm_clock_ns() + $3::bigint) FOR UPDATE OF j SKIP LOCKED",
                        Parameters().add_numbers(numbers).add_texts(classes).add(longest_wait_ns)});
  statements.push_back({"SELECT job FROM offers WHERE job = ANY($1::bigint[]) AND expires > farm_clock()",
                        Parameters().add_numbers(numbers)});
  FFWATT_TRY(const auto locked, session_.ask("offering jobs of", std::move(statements)));
  std::map<std::int64_t, JobRecord> records;
  for (int row = 0; row < locked[0].size(); ++row) {
    FFWATT_TRY(auto record, record_at(session_.where(), locked[0], row));
    const auto number = record.job.number;
    records.emplace(number, std::move(record));
  }
  for (int row = 0; row < locked[1].size(); ++row) records.erase(locked[1].integer(row, 0));
  std::size_t given = 0;
  for (const auto& each : planned) {
    const auto found = records.find(each.head.entry.number);
    if (found == records.end()) continue;
    auto record = std::move(found->second);
    records.erase(found);
    const auto& wish = wishes[each.wish];
    const jobs::Lease lease{record.job.id, static_cast<int>(record.job.attempts.size()) + 1, new_token()};
    session_.round().offer({record.job.number, wish.node, wish.claim_id, lease, lifetime.value()});
    answers[each.wish].push_back({std::move(record), lease});
    ++given;
  }
  return given;
}

base::Result<std::vector<std::vector<Offered>>> Claims::offer(std::span<const Wish> wishes,
                                                              const Store::NewToken& new_token, units::Seconds lifetime,
                                                              const Marks& marks) {
  FFWATT_CHECK(scan_when_due());
  std::set<std::string> wished;
  std::size_t wanted = 0;
  for (const auto& wish : wishes) {
    wished.insert(wish.classes.begin(), wish.classes.end());
    wanted += static_cast<std::size_t>(std::max(wish.most, 0));
  }
  const std::vector<std::string> classes(wished.begin(), wished.end());
  std::vector<std::vector<Offered>> answers(wishes.size());
  FFWATT_CHECK(refill(classes, wanted, &marks));
  for (int turn = 0; turn < most_turns; ++turn) {
    if (turn > 0 && !queue_.gaps(classes, wanted).empty()) FFWATT_CHECK(refill(classes, wanted, nullptr));
    const auto planned = plan(wishes, answers);
    if (planned.empty()) break;
    FFWATT_TRY(const auto given, give(planned, wishes, new_token, lifetime, answers));
    if (given == planned.size()) break;  // whoever wished for more finds no more
  }
  for (const auto& name : classes) queue_.drop_if_empty(name);
  return answers;
}

}  // namespace store::postgres
