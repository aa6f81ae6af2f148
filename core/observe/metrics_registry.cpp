// SPDX-License-Identifier: Apache-2.0
#include "observe/metrics_registry.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

#include <mortise/text.h>

namespace mortise::observe {

namespace {

constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_label_value = 128;
constexpr std::size_t most_labels = 8;
constexpr std::size_t most_buckets = 64;

[[noreturn]] void refuse(const std::string& metric, const std::string& reason) {
    throw std::invalid_argument("metric " + metric + ": " + reason);
}

bool is_snake_case(std::string_view name) {
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
    };
    return !name.empty() && name.size() <= longest_name && name.front() >= 'a' && name.front() <= 'z' &&
           name.back() != '_' && std::ranges::all_of(name, allowed);
}

void check_labels(const std::string& metric, const Metrics::Labels& labels) {
    if (labels.size() > most_labels) refuse(metric, "more than 8 labels");
    for (const auto& [name, value] : labels) {
        if (!is_snake_case(name)) refuse(metric, "label '" + name + "' is not snake_case");
        if (name == "le" || name == "quantile") refuse(metric, "label '" + name + "' is Prometheus' own");
        if (name == "id" || name.ends_with("_id")) refuse(metric, "label '" + name + "' would carry an id");
        if (value.size() > longest_label_value) refuse(metric, "a value of label '" + name + "' is too long");
        if (!is_utf8(value)) refuse(metric, "a value of label '" + name + "' is not UTF-8");
    }
}

void check_bounds(const std::string& metric, const std::vector<double>& bounds) {
    if (bounds.empty() || bounds.size() > most_buckets) refuse(metric, "a histogram has 1 to 64 bounds");
    if (!std::ranges::all_of(bounds, [](double bound) { return std::isfinite(bound); }))
        refuse(metric, "bounds are finite numbers");
    if (std::ranges::adjacent_find(bounds, std::greater_equal<>{}) != bounds.end())
        refuse(metric, "bounds must ascend");
}

}  // namespace

struct MetricsRegistry::Wanted {
    Kind kind;
    std::string name;
    std::string help;
    Metrics::Labels labels;
    std::vector<double> bounds = {};
    std::function<double()> read = {};
};

struct MetricsRegistry::Series {
    explicit Series(std::vector<double> bounds) : histogram(std::move(bounds)) {}

    Counter::Cell counter{0};
    Gauge::Cell gauge{0};
    Histogram::Cell histogram;
    std::function<double()> read;
    std::uint64_t reader = 0;  // who gave `read`
    std::set<std::uint64_t> owners;
};

struct MetricsRegistry::Family {
    Kind kind;
    std::string help;
    std::vector<std::string> label_names;
    std::vector<double> bounds;
    std::map<Metrics::Labels, std::unique_ptr<Series>> series = {};
    std::unique_ptr<Series> beyond_cap = {};
};

class MetricsRegistry::View final : public Metrics {
public:
    View(MetricsRegistry& registry, std::string prefix, std::uint64_t owner)
        : registry_(registry), prefix_(std::move(prefix)), owner_(owner) {}
    ~View() override { registry_.forget(owner_); }

    Counter counter(std::string_view name, std::string_view help, const Labels& labels) override {
        return Counter(add(Kind::counter, name, help, labels).counter);
    }
    Gauge gauge(std::string_view name, std::string_view help, const Labels& labels) override {
        return Gauge(add(Kind::gauge, name, help, labels).gauge);
    }
    Histogram histogram(std::string_view name, std::string_view help, const std::vector<double>& bounds,
                        const Labels& labels) override {
        check_bounds(prefix_ + std::string(name), bounds);
        return Histogram(add(Kind::histogram, name, help, labels, bounds).histogram);
    }
    void gauge_from(std::string_view name, std::string_view help, std::function<double()> read,
                    const Labels& labels) override {
        add(Kind::gauge, name, help, labels, {}, std::move(read));
    }
    void counter_from(std::string_view name, std::string_view help, std::function<double()> read,
                      const Labels& labels) override {
        add(Kind::counter, name, help, labels, {}, std::move(read));
    }

private:
    Series& add(Kind kind, std::string_view name, std::string_view help, Labels labels,
                std::vector<double> bounds = {}, std::function<double()> read = {}) {
        std::ranges::sort(labels);
        return registry_.register_series({.kind = kind,
                                          .name = prefix_ + std::string(name),
                                          .help = std::string(help),
                                          .labels = std::move(labels),
                                          .bounds = std::move(bounds),
                                          .read = std::move(read)},
                                         owner_);
    }

    MetricsRegistry& registry_;
    std::string prefix_;
    std::uint64_t owner_;
};

MetricsRegistry::MetricsRegistry(std::size_t most_series) : most_series_(most_series) {
    own_ = for_part("metrics");
    dropped_series_ =
        own_->counter("dropped_series_total", "Label sets not shown because their family is full");
}

MetricsRegistry::~MetricsRegistry() {
    own_.reset();
}

std::unique_ptr<Metrics> MetricsRegistry::for_part(std::string_view name) {
    return with_prefix("mortise_" + std::string(name) + "_");
}

std::unique_ptr<Metrics> MetricsRegistry::with_prefix(std::string prefix) {
    const std::lock_guard lock(mutex_);
    return std::make_unique<View>(*this, std::move(prefix), ++last_owner_);
}

MetricsRegistry::Series& MetricsRegistry::register_series(const Wanted& wanted, std::uint64_t owner) {
    const std::lock_guard lock(mutex_);
    Family& family = family_of(wanted);
    auto place = family.series.find(wanted.labels);
    if (place == family.series.end()) {
        if (family.series.size() >= most_series_) {
            dropped_series_.add();
            if (!family.beyond_cap) family.beyond_cap = std::make_unique<Series>(family.bounds);
            return *family.beyond_cap;
        }
        place = family.series.emplace(wanted.labels, std::make_unique<Series>(family.bounds)).first;
    }
    Series& series = *place->second;
    series.owners.insert(owner);
    if (wanted.read) {
        series.read = wanted.read;
        series.reader = owner;
    }
    return series;
}

// Finds or makes the family, and refuses what contradicts it or Prometheus' rules.
MetricsRegistry::Family& MetricsRegistry::family_of(const Wanted& wanted) {
    const std::string& name = wanted.name;
    if (!is_snake_case(name)) refuse(name, "the name is not snake_case of up to 100 letters");
    if (name.ends_with("_total") != (wanted.kind == Kind::counter))
        refuse(name, "counters, and only they, end in _total");
    if (wanted.help.empty()) refuse(name, "has no help text");
    // prometheus-cpp 1.0 writes the help as it is.
    if (wanted.help.find_first_of("\n\r\\") != std::string::npos)
        refuse(name, "the help is more than one line");
    check_labels(name, wanted.labels);

    std::vector<std::string> label_names;
    for (const auto& label : wanted.labels) label_names.push_back(label.first);
    if (std::ranges::adjacent_find(label_names) != label_names.end()) refuse(name, "has a label twice");

    const auto [place, fresh] = families_.try_emplace(
        name,
        Family{
            .kind = wanted.kind, .help = wanted.help, .label_names = label_names, .bounds = wanted.bounds});
    Family& family = place->second;
    if (family.kind != wanted.kind) refuse(name, "was registered as another kind");
    if (family.label_names != label_names) refuse(name, "was registered with other labels");
    if (family.bounds != wanted.bounds) refuse(name, "was registered with other bounds");
    return family;
}

void MetricsRegistry::forget(std::uint64_t owner) {
    const std::lock_guard lock(mutex_);
    for (auto family = families_.begin(); family != families_.end();) {
        std::erase_if(family->second.series, [owner](auto& entry) {
            Series& series = *entry.second;
            if (series.reader == owner) series.read = nullptr;
            return series.owners.erase(owner) == 1 && series.owners.empty();
        });
        family = family->second.series.empty() ? families_.erase(family) : std::next(family);
    }
}

std::string MetricsRegistry::text() {
    std::vector<prometheus::MetricFamily> families;
    {
        // Held while readers run, so that forget() waits for them.
        const std::lock_guard lock(mutex_);
        families.reserve(families_.size());
        for (const auto& [name, family] : families_) families.push_back(snapshot(name, family));
    }
    return prometheus::TextSerializer().Serialize(families);
}

prometheus::MetricFamily MetricsRegistry::snapshot(const std::string& name, const Family& family) const {
    constexpr auto relaxed = std::memory_order_relaxed;
    prometheus::MetricFamily shown;
    shown.name = name;
    shown.help = family.help;
    shown.metric.reserve(family.series.size());
    for (const auto& [labels, series] : family.series) {
        prometheus::ClientMetric metric;
        for (const auto& [label, value] : labels) metric.label.push_back({label, value});
        switch (family.kind) {
            case Kind::counter:
                shown.type = prometheus::MetricType::Counter;
                metric.counter.value =
                    series->read ? series->read() : static_cast<double>(series->counter.load(relaxed));
                break;
            case Kind::gauge:
                shown.type = prometheus::MetricType::Gauge;
                metric.gauge.value =
                    series->read ? series->read() : static_cast<double>(series->gauge.load(relaxed));
                break;
            case Kind::histogram: {
                shown.type = prometheus::MetricType::Histogram;
                std::uint64_t so_far = 0;
                for (std::size_t place = 0; place <= family.bounds.size(); ++place) {
                    so_far += series->histogram.counts[place].load(relaxed);
                    const bool last = place == family.bounds.size();
                    metric.histogram.bucket.push_back(
                        {so_far, last ? std::numeric_limits<double>::infinity() : family.bounds[place]});
                }
                metric.histogram.sample_count = so_far;
                metric.histogram.sample_sum = series->histogram.sum.load(relaxed);
                break;
            }
        }
        shown.metric.push_back(std::move(metric));
    }
    return shown;
}

}  // namespace mortise::observe
