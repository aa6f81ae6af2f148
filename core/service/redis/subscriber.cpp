// SPDX-License-Identifier: Apache-2.0
#include "service/redis/subscriber.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <unordered_set>
#include <utility>
#include <vector>

namespace mortise::service {

namespace {

constexpr std::size_t most_backlog_bytes = std::size_t{64} << 20;
constexpr std::chrono::milliseconds quiet{1'000};  // then the server is asked whether it is still there
constexpr std::chrono::milliseconds first_pause{50};
constexpr std::chrono::milliseconds longest_pause{2'000};

int milliseconds_until(std::chrono::steady_clock::time_point moment) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

}  // namespace

// What is wanted is counted here and told by number; the thread does it in order and tells up to which
// number all is done. Only that thread touches the connection: TLS knows no reader beside a writer.
struct RedisSubscriber::Shared {
    std::mutex mutex;
    std::condition_variable progressed;
    std::map<std::string, std::size_t> wanted;  // by how many
    std::vector<std::string> changed;
    std::uint64_t changes = 0;
    std::uint64_t done = 0;
    State state = State::idle;
    bool owes_gap = false;
    bool is_distrusted = false;
    std::uint64_t messages = 0;
    std::uint64_t losses = 0;
    std::atomic<bool> stopping{false};
    const int wake_up = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    ~Shared() { ::close(wake_up); }

    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_up, &one, sizeof one);
    }
    void sleep_again() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto size = ::read(wake_up, &count, sizeof count);
    }
    void no_longer_want(const std::string& channel) {
        {
            const std::lock_guard lock(mutex);
            const auto place = wanted.find(channel);
            if (--place->second > 0) return;
            wanted.erase(place);
            changed.push_back(channel);
            ++changes;
        }
        wake();
    }
};

struct RedisSubscriber::Listens {
    Subscription listener;
    std::string channel;
    std::weak_ptr<Shared> shared;

    ~Listens() {
        listener.reset();
        if (const auto alive = shared.lock()) alive->no_longer_want(channel);
    }
};

class RedisSubscriber::Session {
public:
    explicit Session(RedisSubscriber& owner)
        : owner_(owner), shared_(*owner.shared_), connection_(owner.settings_, owner.watch_) {
        const std::lock_guard lock(shared_.mutex);
        shared_.changed.clear();
        for (const auto& [channel, count] : shared_.wanted) shared_.changed.push_back(channel);
        shared_.is_distrusted = false;
    }

    /// Returns when the subscriber stops; throws RedisLost.
    void serve() {
        while (!shared_.stopping) {
            ask_for_changes();
            keep_alive();
            if (connection_.has_more() || wait_for_bytes())
                hear(connection_.receive(Clock::now() + owner_.settings_.timeout));
        }
    }

private:
    struct Asked {
        std::uint64_t answers;  // when so many have come,
        std::uint64_t changes;  // all changes up to this are done
    };

    void ask_for_changes() {
        std::string commands;
        {
            const std::lock_guard lock(shared_.mutex);
            if (shared_.is_distrusted) throw RedisLost("a subscription was not confirmed in time");
            if (shared_.changed.empty() && all_is_asked_) return;
            for (const std::string& channel : shared_.changed) append_change(commands, channel);
            shared_.changed.clear();
            asked_.push_back({answers_asked_, shared_.changes});
            all_is_asked_ = true;
        }
        if (!commands.empty()) connection_.send(commands);
        settle();
    }

    // Also what is subscribed already: the answer comes behind what was published before.
    void append_change(std::string& commands, const std::string& channel) {
        const bool wanted = shared_.wanted.contains(channel);
        if (!wanted && subscribed_.erase(channel) == 0) return;
        if (wanted) subscribed_.insert(channel);
        const std::array<std::string_view, 2> words{wanted ? "SUBSCRIBE" : "UNSUBSCRIBE", channel};
        append_command(commands, words);
        ++answers_asked_;
    }

    void keep_alive() {
        const auto now = Clock::now();
        if (is_asked_for_life_ && now >= heard_ + quiet + owner_.settings_.timeout)
            throw RedisLost("it was silent for too long");
        if (is_asked_for_life_ || now < heard_ + quiet) return;
        is_asked_for_life_ = true;
        std::string command;
        append_command(command, std::array<std::string_view, 1>{"PING"});
        connection_.send(command);
    }

    bool wait_for_bytes() {
        std::array<pollfd, 2> watched{pollfd{connection_.descriptor(), POLLIN, 0},
                                      pollfd{shared_.wake_up, POLLIN, 0}};
        const auto patience = is_asked_for_life_ ? quiet + owner_.settings_.timeout : quiet;
        if (::poll(watched.data(), watched.size(), milliseconds_until(heard_ + patience)) < 0) return false;
        if (watched[1].revents != 0) shared_.sleep_again();
        return watched[0].revents != 0;
    }

    void hear(const RedisReply& reply) {
        heard_ = Clock::now();
        is_asked_for_life_ = false;
        if (const auto* failure = reply.failure()) return hear_refusal(failure->text);
        const auto* words = reply.list();
        const std::string* kind = words && words->size() == 3 ? words->front().text() : nullptr;
        if (kind == nullptr) return;  // the answer to PING
        if (*kind != "message") return answered();
        const std::string* channel = (*words)[1].text();
        const std::string* message = (*words)[2].text();
        if (channel == nullptr || message == nullptr) throw RedisLost("a message that is none");
        owner_.board_.publish(*channel, *message);
        const std::lock_guard lock(shared_.mutex);
        ++shared_.messages;
    }

    // Of a channel this account may not hear; else it is the server that can't serve.
    void hear_refusal(const std::string& why) {
        if (!why.starts_with("NOPERM")) throw RedisLost(why);
        owner_.log_.error("redis refused a subscription", {{"why", why}});
        answered();
    }

    void answered() {
        ++answers_;
        settle();
    }

    // Tells who waits for it what is done by now. A gap is told when every channel is back.
    void settle() {
        std::optional<std::uint64_t> done;
        for (; !asked_.empty() && asked_.front().answers <= answers_; asked_.pop_front())
            done = asked_.front().changes;
        if (!done) return;
        bool is_back = false;
        bool owes_gap = false;
        {
            const std::lock_guard lock(shared_.mutex);
            shared_.done = *done;
            is_back = std::exchange(shared_.state, State::connected) == State::away;
            if (asked_.empty() && shared_.changed.empty()) owes_gap = std::exchange(shared_.owes_gap, false);
        }
        if (owes_gap) owner_.board_.publish_gap();
        if (is_back) owner_.log_.info("redis is heard again");
        shared_.progressed.notify_all();
    }

    RedisSubscriber& owner_;
    Shared& shared_;
    RedisConnection connection_;
    std::unordered_set<std::string> subscribed_;
    std::deque<Asked> asked_;
    std::uint64_t answers_asked_ = 0;
    std::uint64_t answers_ = 0;
    Clock::time_point heard_ = Clock::now();
    bool all_is_asked_ = false;
    bool is_asked_for_life_ = false;
};

RedisSubscriber::RedisSubscriber(const RedisSettings& settings, const Log& log)
    : settings_(settings), log_(log), board_(most_backlog_bytes, log), shared_(std::make_shared<Shared>()) {}

RedisSubscriber::~RedisSubscriber() {
    shared_->stopping = true;
    shared_->wake();
    if (thread_.joinable()) thread_.join();
}

Subscription RedisSubscriber::subscribe(std::string_view channel, Store::OnMessage on_message,
                                        Store::OnGap on_gap) {
    auto listens = std::make_shared<Listens>();
    listens->channel = channel;
    want(listens->channel);
    listens->shared = shared_;
    listens->listener = board_.subscribe(channel, std::move(on_message), std::move(on_gap));
    return Subscription(std::move(listens));
}

RedisSubscriberFigures RedisSubscriber::figures() const {
    const std::lock_guard lock(shared_->mutex);
    return {.is_connected = shared_->state == State::connected,
            .messages = shared_->messages,
            .losses = shared_->losses};
}

// Waits until the channel is heard, where that can be waited for.
void RedisSubscriber::want(const std::string& channel) {
    std::unique_lock lock(shared_->mutex);
    ++shared_->wanted[channel];
    shared_->changed.push_back(channel);
    const std::uint64_t mine = ++shared_->changes;
    if (shared_->state == State::idle) {
        shared_->state = State::connecting;
        thread_ = std::thread([this] { run(); });
    }
    shared_->wake();
    shared_->progressed.wait_for(lock, settings_.connect_timeout + settings_.timeout, [&] {
        return shared_->done >= mine || shared_->state == State::away || shared_->stopping;
    });
    if (shared_->done >= mine) return;
    shared_->owes_gap = true;
    shared_->is_distrusted = shared_->state != State::away;
    shared_->wake();
}

void RedisSubscriber::run() {
    std::minstd_rand random(std::random_device{}());
    auto pause = first_pause;
    while (!shared_->stopping) {
        try {
            Session(*this).serve();
        } catch (const std::exception& fault) {
            pause = lost(fault.what()) ? first_pause : std::min(2 * pause, longest_pause);
            // Nodes that lost the same server together do not come back together.
            wait_before_retry(pause / 2 + pause * static_cast<int>(random() % 100) / 200);
        }
    }
}

// Whether it had been there.
bool RedisSubscriber::lost(const std::string& why) {
    State before{};
    {
        const std::lock_guard lock(shared_->mutex);
        before = std::exchange(shared_->state, State::away);
        shared_->owes_gap = true;
        if (before == State::connected) ++shared_->losses;
    }
    shared_->progressed.notify_all();
    if (before != State::away)
        log_.warn("redis is not heard", {{"address", settings_.address.shown()}, {"why", why}});
    return before == State::connected;
}

void RedisSubscriber::wait_before_retry(std::chrono::milliseconds pause) const {
    const auto until = Clock::now() + pause;
    pollfd watched{shared_->wake_up, POLLIN, 0};
    while (!shared_->stopping && Clock::now() < until)
        if (::poll(&watched, 1, milliseconds_until(until)) > 0) shared_->sleep_again();
}

}  // namespace mortise::service
