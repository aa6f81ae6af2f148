// SPDX-License-Identifier: Apache-2.0
#include "second_tier.h"

#include <algorithm>
#include <exception>
#include <random>
#include <stdexcept>
#include <utility>

#include <mortise/json.h>
#include <mortise/kept_response.h>
#include <mortise/services/clock.h>
#include <mortise/services/store.h>

namespace cache {

using mortise::Json;
using mortise::JsonArray;
using mortise::Response;
using std::chrono::milliseconds;

namespace {

// An answer whose tag's version has been forgotten can't be told from a purged one, so versions live longer.
constexpr std::chrono::hours longest_answer{24};
constexpr std::chrono::hours version_life{7 * 24};

std::string answer_key(std::string_view key) {
    return "cache:answer:" + std::string(key);
}
std::string version_key(std::string_view tag) {
    return "cache:version:" + std::string(tag);
}

std::string new_version() {
    thread_local std::mt19937_64 random{std::random_device{}()};
    return std::to_string(random());
}

std::int64_t unix_milliseconds(const mortise::Clock& clock) {
    return std::chrono::duration_cast<milliseconds>(clock.now().time_since_epoch()).count();
}

std::string written(const Response& answer, const Versions& versions, std::int64_t made,
                    milliseconds lifetime) {
    JsonArray marks;
    for (const std::string& version : versions) marks.push_back(Json(version));
    return mortise::write_kept(
        {{"made", made}, {"lifetime", lifetime.count()}, {"versions", std::move(marks)}}, &answer);
}

std::optional<SharedAnswer> read(std::string_view text, const Versions& versions, std::int64_t now) {
    mortise::KeptResponse kept = mortise::read_kept(text);
    const auto is_same = [](const Json& mark, const std::string& version) {
        return mark.as_string() == version;
    };
    if (!std::ranges::equal(kept.about.at("versions").as_array(), versions, is_same)) return std::nullopt;
    return SharedAnswer{std::move(kept.response.value()),
                        milliseconds(std::max<std::int64_t>(0, now - kept.about.at("made").as_int64())),
                        milliseconds(kept.about.at("lifetime").as_int64())};
}

}  // namespace

SecondTier::SecondTier(mortise::Host& host, std::function<void(const std::string&)> purged)
    : host_(host), purged_(std::move(purged)), teller_([this](const std::string& tag) { tell(tag); }) {}

SecondTier::Question SecondTier::ask(std::string_view key, const std::vector<std::string>& tags) {
    if (teller_.is_untold(tags)) return {};
    try {
        std::vector<std::string> keys{answer_key(key), version_key(everything)};
        for (const std::string& tag : tags) keys.push_back(version_key(tag));
        const auto texts = host_.store().get_many(keys);
        succeeded();
        Question question;
        for (auto version = texts.begin() + 1; version != texts.end(); ++version)
            question.versions.push_back(version->value_or(std::string()));
        if (texts.front())
            question.found = read(*texts.front(), question.versions, unix_milliseconds(host_.clock()));
        // A purge that came while the store was asked.
        if (teller_.is_untold(tags)) return {};
        return question;
    } catch (const std::exception& fault) {
        failed(fault);
        return {};
    }
}

void SecondTier::put(std::string_view key, const Versions& versions, const Response& answer,
                     milliseconds lifetime) {
    try {
        const std::string text = written(answer, versions, unix_milliseconds(host_.clock()), lifetime);
        host_.store().set(answer_key(key), text, std::min<milliseconds>(lifetime, longest_answer));
        succeeded();
    } catch (const std::exception& fault) {
        failed(fault);
    }
}

void SecondTier::tell(const std::string& tag) {
    try {
        host_.store().set(version_key(tag), new_version(), version_life);
        succeeded();
    } catch (const std::exception& fault) {
        failed(fault);
        throw;
    }
    purged_(tag);
}

void SecondTier::failed(const std::exception& fault) {
    if (!is_away_.exchange(true)) host_.log().warn("the second tier is away", {{"why", fault.what()}});
}

void SecondTier::succeeded() {
    if (is_away_.load(std::memory_order_relaxed) && is_away_.exchange(false)) {
        host_.log().info("the second tier is back");
    }
}

}  // namespace cache
