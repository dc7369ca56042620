#include "store/postgres/leases.h"

#include "store/postgres/job_rows.h"

namespace store::postgres {

namespace {

// Where the server's clock was set back, deadlines lie further ahead than any can be made: every lease gets its time
// once more then, and no job stays offered for an hour. The one that ends last tells; of thousands no other is looked
// at.
constexpr std::string_view mend_leases =
    "UPDATE leases SET until = farm_clock() + lifetime WHERE (SELECT (SELECT until - lifetime FROM leases "
    "WHERE until < 'infinity' ORDER BY until DESC LIMIT 1) > farm_clock() + interval '1 second') "
    "AND until < 'infinity' AND until - lifetime > farm_clock()";

}  // namespace

Statement take_back_ended_offers(const Marks& marks) {
  // No offer lasts five minutes.
  return {
      "WITH ended AS MATERIALIZED (SELECT job FROM offers WHERE expires >= $1::text::timestamptz "
      "AND expires <= (SELECT farm_clock()) ORDER BY expires LIMIT 1000 FOR UPDATE SKIP LOCKED), "
      "early AS MATERIALIZED (SELECT job FROM offers WHERE expires > (SELECT farm_clock()) + interval '5 minutes' "
      "ORDER BY expires LIMIT 1000 FOR UPDATE SKIP LOCKED), "
      "gone AS (DELETE FROM offers o USING (SELECT job FROM ended UNION ALL SELECT job FROM early) AS e "
      "WHERE o.job = e.job RETURNING o.job) "
      "SELECT j.number, j.job_class, j.order_ns FROM gone g JOIN jobs j ON j.number = g.job "
      "WHERE j.state = 'queued'",
      Parameters().add(marks.offers)};
}

base::Result<Ended> end_leases(Session& session, Marks& marks, const SeenClock& last, units::BootTime own, int most) {
  std::vector<Statement> statements;
  statements.push_back(take_back_ended_offers(marks));
  statements.push_back({mend_leases, {}});
  // Both rows are locked: a renewal that is under way, or a master that ends the same lease, is left alone.
  statements.push_back({"SELECT " FFWATT_PG_RECORD " FROM leases l JOIN jobs j ON j.number = l.job "
                        "WHERE l.until >= $1::text::timestamptz AND l.until <= (SELECT farm_clock()) "
                        "AND (SELECT farm_clock()) <= $3::text::timestamptz + $4::float8 * interval '1 second' "
                        "AND j.state IN ('running', 'canceling') ORDER BY l.until, l.job LIMIT $2::bigint "
                        "FOR UPDATE OF l, j SKIP LOCKED",
                        Parameters()
                            .add(marks.leases)
                            .add(std::int64_t{most})
                            .add(last.farm)
                            .add_seconds((own - last.own + clock_tolerance).value())});
  statements.push_back(
      {"SELECT least(offer, now)::text, least(lease, now)::text, "
       "extract(epoch FROM least(offer, lease) - now), now::text, "
       "coalesce(extract(epoch FROM now - nullif($3::text, 'infinity')::timestamptz), 0) "
       "FROM (SELECT farm_clock() AS now, "
       "(SELECT expires FROM offers WHERE expires >= $1::text::timestamptz "
       "ORDER BY expires LIMIT 1) AS offer, "
       "(SELECT until FROM leases WHERE until >= $2::text::timestamptz AND until < 'infinity' "
       "ORDER BY until LIMIT 1) AS lease) AS next",
       Parameters().add(marks.offers).add(marks.leases).add(last.farm)});
  FFWATT_TRY(auto answers, session.ask("looking for leases that ended in", std::move(statements)));
  Ended ended{{}, std::move(answers[0]), {answers[3].text(0, 3), own}, units::Seconds(answers[3].number(0, 4))};
  for (int row = 0; row < answers[2].size(); ++row) {
    FFWATT_TRY(auto record, record_at(session.where(), answers[2], row));
    ended.jobs.push_back(record.job.id);
    if (session.in_transaction()) session.round().hold(std::move(record)).offers = Held::Offers::known;
  }
  const auto& next = answers[3];
  marks.offers = next.text(0, 0);
  marks.leases = next.text(0, 1);
  marks.next = next.is_null(0, 2) ? std::nullopt : std::optional(units::Seconds(next.number(0, 2)));
  return ended;
}

base::Result<void> restart_all_leases(Session& session) {
  FFWATT_TRY(const auto renewed, session.ask("renewing the leases in",
                                             "UPDATE leases SET until = farm_clock() + lifetime "
                                             "WHERE until < 'infinity'"));
  return {};
}

#define FFWATT_PG_RUNNING                                                               \
  "SELECT j.id, j.holder, j.number, j.state, j.lease_attempt, j.job_class FROM jobs j " \
  "WHERE j.state IN ('running', 'canceling')"
#define FFWATT_PG_OFFERED                                                                                         \
  "SELECT j.id, o.node, j.number, j.state, o.attempt, j.job_class FROM offers o JOIN jobs j ON j.number = o.job " \
  "WHERE o.expires > farm_clock()"

base::Result<std::vector<Holding>> holdings_of(Session& session, std::span<const base::Id> nodes) {
  const auto rows = nodes.empty()
                        ? session.ask("looking for what nodes hold in",
                                      FFWATT_PG_RUNNING " UNION ALL " FFWATT_PG_OFFERED " ORDER BY number")
                        : session.ask("looking for what nodes hold in",
                                      FFWATT_PG_RUNNING " AND j.holder = ANY($1::uuid[]) UNION ALL " FFWATT_PG_OFFERED
                                                        " AND o.node = ANY($1::uuid[]) ORDER BY number",
                                      Parameters().add_ids(nodes));
  if (!rows) return rows.error();
  std::vector<Holding> holdings;
  for (int row = 0; row < rows->size(); ++row) {
    Holding holding;
    FFWATT_TRY(holding.job, base::Id::parse(rows->text(row, 0)));
    if (!rows->is_null(row, 1)) {
      FFWATT_TRY(holding.node, base::Id::parse(rows->text(row, 1)));
    }
    holding.number = rows->integer(row, 2);
    FFWATT_TRY(holding.state, jobs::parse_job_state(rows->text(row, 3)));
    holding.attempt = rows->is_null(row, 4) ? 0 : static_cast<int>(rows->integer(row, 4));
    holding.job_class = rows->text(row, 5);
    holdings.push_back(std::move(holding));
  }
  return holdings;
}

base::Result<std::vector<NodeLoad>> loads_of(Session& session, std::span<const base::Id> nodes) {
  std::vector<NodeLoad> loads(nodes.size());
  if (nodes.empty()) return loads;
  FFWATT_TRY(
      const auto rows,
      session.ask("looking for how much nodes hold in",
                  "SELECT j.holder, j.job_class, count(*), count(*) FILTER (WHERE j.state = 'canceling'), 0 "
                  "FROM jobs j WHERE j.state IN ('running', 'canceling') AND j.holder = ANY($1::uuid[]) "
                  "GROUP BY j.holder, j.job_class UNION ALL "
                  "SELECT o.node, j.job_class, count(*), 0, count(*) FROM offers o JOIN jobs j ON j.number = o.job "
                  "WHERE o.expires > farm_clock() AND o.node = ANY($1::uuid[]) GROUP BY o.node, j.job_class",
                  Parameters().add_ids(nodes)));
  for (int row = 0; row < rows.size(); ++row) {
    FFWATT_TRY(const auto node, base::Id::parse(rows.text(row, 0)));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (nodes[i] != node) continue;
      loads[i].jobs[rows.text(row, 1)] += static_cast<int>(rows.integer(row, 2));
      loads[i].canceling += static_cast<int>(rows.integer(row, 3));
      loads[i].offered += static_cast<int>(rows.integer(row, 4));
    }
  }
  return loads;
}

base::Result<std::vector<Offered>> offers_of_claim(Session& session, base::Id node, const std::string& claim_id) {
  FFWATT_TRY(
      const auto rows,
      session.ask("looking for offers in",
                  "SELECT " FFWATT_PG_RECORD ", o.attempt, o.token FROM offers o JOIN jobs j ON j.number = o.job "
                  "WHERE o.node = $1::uuid AND o.claim_id = $2::text AND o.expires > farm_clock() "
                  "ORDER BY j.number",
                  Parameters().add(node).add(claim_id)));
  std::vector<Offered> offers;
  for (int row = 0; row < rows.size(); ++row) {
    FFWATT_TRY(auto record, record_at(session.where(), rows, row));
    jobs::Lease lease{record.job.id, static_cast<int>(rows.integer(row, record_columns)),
                      rows.text(row, record_columns + 1)};
    offers.push_back({std::move(record), std::move(lease)});
  }
  return offers;
}

base::Result<std::optional<jobs::Lease>> offer_of(Session& session, base::Id job) {
  if (const auto* held = session.round().find(job); held && held->offers == Held::Offers::known) return held->offer;
  FFWATT_TRY(const auto rows, session.ask("looking for an offer in",
                                          "SELECT o.attempt, o.token FROM jobs j JOIN offers o ON o.job = j.number "
                                          "WHERE j.id = $1::uuid AND o.expires > farm_clock()",
                                          Parameters().add(job)));
  if (rows.size() == 0) return std::optional<jobs::Lease>();
  return std::optional(jobs::Lease{job, static_cast<int>(rows.integer(0, 0)), rows.text(0, 1)});
}

base::Result<Rows> remove_offer(Session& session, const jobs::Lease& lease) {
  FFWATT_TRY(auto rows, session.ask("withdrawing an offer in",
                                    "DELETE FROM offers o USING jobs j WHERE o.job = j.number AND j.id = $1::uuid "
                                    "AND o.attempt = $2::integer AND o.token = $3::text "
                                    "RETURNING j.number, j.job_class, j.order_ns",
                                    Parameters().add(lease.job).add(std::int64_t{lease.attempt}).add(lease.token)));
  if (auto* held = session.round().find(lease.job); held && held->offer == lease) held->offer.reset();
  return rows;
}

}  // namespace store::postgres
