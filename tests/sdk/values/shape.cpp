// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <mortise/shape.h>
#include <mortise/text.h>

using namespace mortise;

namespace {

struct Step {
    std::string name;
    int minutes = 5;
};
BOOST_DESCRIBE_STRUCT(Step, (), (name, minutes))

struct Plan {
    std::string title;
    std::string priority = "medium";
    std::optional<std::string> description;
    Field<Time> due_date;
    std::vector<Step> steps;
    std::vector<std::string> tags = {"none"};
    std::int8_t weight = 1;
    double share = 0.5;
    bool is_open = true;
    Json extra = "x";
};
BOOST_DESCRIBE_STRUCT(Plan, (),
                      (title, priority, description, due_date, steps, tags, weight, share, is_open, extra))

// Goes out only: nothing reads a map or a view.
struct Tally {
    std::string_view title;
    std::map<std::string, int> votes;
    JsonObject extra;
};
BOOST_DESCRIBE_STRUCT(Tally, (), (title, votes, extra))

struct Tallies {
    std::vector<Tally> all;
};
BOOST_DESCRIBE_STRUCT(Tallies, (), (all))
static_assert(!detail::is_readable<Tallies> && detail::is_readable<std::vector<Plan>>);

struct Address {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(Address, (), (email))

Shape<Plan> plan_shape() {
    Shape<Step> step;
    step.at(&Step::minutes).range(1, 60);
    Shape<Plan> shape;
    shape.at(&Plan::title).length(1, 5);
    shape.at(&Plan::priority).one_of({"low", "medium"});
    shape.at(&Plan::steps).optional().items(0, 2);
    shape.at(&Plan::share).range(0, 1);
    shape.nested(&Plan::steps, step);
    return shape;
}

// "pointer code" of each fault.
std::vector<std::string> faults_of(std::string_view json, Plan* out = nullptr) {
    Plan plan;
    Faults faults;
    plan_shape().read(parse_json(json), plan, faults);
    if (out != nullptr) *out = plan;
    std::vector<std::string> found;
    for (const FieldFault& fault : faults.found()) found.push_back(fault.pointer + " " + fault.code);
    return found;
}

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("a body fills its struct, and what is not sent keeps its default") {
    Plan plan;
    CHECK(faults_of(R"({"title":"Mow","dueDate":"2026-11-21T16:45:00Z","steps":[{"name":"a"}],"unknown":1})",
                    &plan)
              .empty());
    CHECK(plan.title == "Mow");
    CHECK(plan.priority == "medium");
    CHECK(!plan.description);
    CHECK(plan.due_date);
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.steps[0].minutes == 5);
    CHECK(plan.tags == std::vector<std::string>{"none"});
    CHECK(plan.is_open);
}

TEST_CASE("absent, null and a value are three things for a Field") {
    Plan plan;
    CHECK(faults_of(R"({"title":"a"})", &plan).empty());
    CHECK(plan.due_date.is_absent());
    CHECK(faults_of(R"({"title":"a","dueDate":null,"description":null})", &plan).empty());
    CHECK(plan.due_date.is_null());
    CHECK(faults_of(R"({"title":null})") == Found{"/title wrong_type"});
}

TEST_CASE("every fault is told with its place") {
    CHECK(faults_of("[]") == Found{" wrong_type"});
    CHECK(faults_of("{}") == Found{"/title required"});
    CHECK(
        faults_of(
            R"({"title":"äöüßé","priority":"urgent","steps":[{"name":"a","minutes":61},{"minutes":"x"}]})") ==
        Found{"/priority not_allowed", "/steps/0/minutes too_large", "/steps/1/name required",
              "/steps/1/minutes wrong_type"});
    CHECK(faults_of(R"({"title":"sixsix","weight":128,"share":1.5,"isOpen":"true","tags":"a"})") ==
          Found{"/title too_long", "/tags wrong_type", "/weight too_large", "/share too_large",
                "/isOpen wrong_type"});
    CHECK(faults_of(R"({"title":"","weight":1.5,"dueDate":"2026-02-30T00:00:00Z","steps":[1,2,3]})") ==
          Found{"/title too_short", "/dueDate bad_time", "/steps too_many", "/weight wrong_type"});
    CHECK(faults_of(R"({"title":"a\u0000b"})") == Found{"/title bad_character"});
    CHECK(faults_of(R"({"title":"a","weight":-129})") == Found{"/weight too_small"});
    CHECK(faults_of(R"({"title":"a","weight":99999999999999999999})") == Found{"/weight wrong_type"});
    CHECK(faults_of(R"({"title":"a","weight":1e1})").empty());
}

TEST_CASE("a query becomes numbers, flags and lists, and its faults say query") {
    const auto read = [](std::string_view query, Plan& plan) {
        Faults faults("query:");
        plan_shape().read_query(parse_form(query), plan, faults);
        Found found;
        for (const FieldFault& fault : faults.found()) found.push_back(fault.pointer + " " + fault.code);
        return found;
    };
    Plan plan;
    CHECK(read("title=7&weight=3&share=.5&isOpen=false&tags=a,b&tags=c", plan) ==
          Found{"query:share wrong_type"});
    CHECK(plan.title == "7");
    CHECK(plan.weight == 3);
    CHECK(!plan.is_open);
    CHECK(plan.tags == std::vector<std::string>{"a", "b", "c"});
    CHECK(read("title=a&weight=&isOpen=1", plan) ==
          Found{"query:weight wrong_type", "query:isOpen wrong_type"});
    CHECK(read("title=%ff", plan) == Found{"query:title bad_character"});
    CHECK(read("title=a&dueDate=2026-11-21T16%3A45%3A00Z", plan).empty());
}

TEST_CASE("a shape describes itself as JSON Schema") {
    const JsonObject schema = plan_shape().schema();
    CHECK(schema.at("required") == JsonArray{"title"});
    const JsonObject& properties = schema.at("properties").as_object();
    CHECK(to_text(properties.at("title")) == R"({"type":"string","minLength":1,"maxLength":5})");
    CHECK(to_text(properties.at("dueDate")) == R"({"type":["string","null"],"format":"date-time"})");
    CHECK(properties.at("priority").at("enum") == JsonArray{"low", "medium"});
    CHECK(to_text(properties.at("steps").at("items").at("properties").at("minutes").at("maximum")) == "60");
}

TEST_CASE("a struct that only goes out is described, whatever its members are") {
    const JsonObject schema = Shape<Tally>().schema();
    CHECK(to_text(schema.at("properties")) == R"({"title":{},"votes":{},"extra":{}})");
    CHECK(Shape<Tallies>().schema().at("required") == JsonArray{"all"});
}

TEST_CASE("an e-mail address has one @ and no blanks") {
    Shape<Address> shape;
    shape.at(&Address::email).email();
    const auto is_taken = [&shape](const std::string& text) {
        Address address;
        Faults faults;
        shape.read(JsonObject{{"email", text}}, address, faults);
        return faults.empty();
    };
    for (const char* good : {"a@b", "first.last+tag@sub.example.org", "ü@exämple.de"}) CHECK(is_taken(good));
    for (const char* bad :
         {"", "a", "@b", "a@", "a@b@c", "a b@c", "a@.b", "a@b.", "a@b..c", "a\n@b", "<a@b>"})
        CHECK(!is_taken(bad));
    CHECK(!is_taken(std::string(250, 'a') + "@b.example"));
}
