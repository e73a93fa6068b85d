// simdjson's DOM reading the same file, record by record: each is validated whole, and what the policy's predicates read is taken
// as doubles. Prints for each round: records, seconds of processor time, the sum, as bench/reader.c does for the same policy.
//
//     readers POLICY_JSON RECORDS ROUNDS
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <set>
#include <string>

static double processor_time() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

int main(int count, char **arguments) {
    if (count != 4) {
        std::fputs("usage: readers POLICY_JSON RECORDS ROUNDS\n", stderr);
        return 2;
    }
    std::map<std::string, std::set<std::string>> wanted; // the attributes of each metric
    simdjson::dom::parser policies;
    for (auto row : policies.load(arguments[1]).get_array()) {
        wanted[std::string(std::string_view(row["metric"]))].emplace(std::string_view(row["attribute"]));
    }
    simdjson::padded_string text = simdjson::padded_string::load(arguments[2]);
    int rounds = std::atoi(arguments[3]);
    for (int round = 0; round < rounds; round++) {
        simdjson::dom::parser parser;
        double start = processor_time(), sum = 0;
        long records = 0;
        const char *at = text.data(), *end = at + text.size();
        while (at < end) {
            const char *line_end = static_cast<const char *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
            line_end = line_end ? line_end : end;
            simdjson::dom::element record;
            if (parser.parse(at, static_cast<size_t>(line_end - at), false).get(record)) {
                std::fputs("readers: a record is broken\n", stderr);
                return 1;
            }
            simdjson::dom::object metrics, metric;
            double value;
            if (!record["metrics"].get(metrics)) {
                for (const auto &[name, attributes] : wanted) {
                    if (!metrics[name].get(metric)) {
                        for (const std::string &attribute : attributes) {
                            sum += metric[attribute].get(value) ? 0 : value;
                        }
                    }
                }
            }
            records++;
            at = line_end + 1;
        }
        std::printf("%ld %.9f %.6f\n", records, processor_time() - start, sum);
    }
    return 0;
}
