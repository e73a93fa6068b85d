// simdjson's DOM, or yyjson's, reading the same file, record by record: each is validated whole, and each value that the policy
// reads is taken as a double. Prints records, seconds of processor time for one pass, and the sum of the values.
//
//     readers simdjson|yyjson POLICY_JSON RECORDS
//     readers version
#include <simdjson.h>
#include <yyjson.h>

#include <cstdio>
#include <cstring>
#include <ctime>
#include <set>
#include <string>
#include <utility>

static double processor_time() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Members of `metrics` that the policy reads: the metric, and which of its values.
using names = std::set<std::pair<std::string, std::string>>;

// One record with simdjson: false where it is not JSON.
struct with_simdjson {
    simdjson::dom::parser parser;
    bool read(const char *at, size_t length, const names &wanted, double &sum) {
        simdjson::dom::element record;
        // The file has padding behind its end, so no record is copied.
        if (parser.parse(at, length, false).get(record)) {
            return false;
        }
        simdjson::dom::object metrics, metric;
        double value;
        if (!record["metrics"].get(metrics)) {
            for (const auto &[name, attribute] : wanted) {
                if (!metrics[name].get(metric)) {
                    sum += metric[attribute].get(value) ? 0 : value;
                }
            }
        }
        return true;
    }
};

// One record with yyjson, in memory that is taken once and used again: its quickest way.
struct with_yyjson {
    std::string pool;
    bool read(const char *at, size_t length, const names &wanted, double &sum) {
        size_t needed = yyjson_read_max_memory_usage(length, YYJSON_READ_NOFLAG);
        if (pool.size() < needed) {
            pool.resize(2 * needed);
        }
        yyjson_alc memory;
        yyjson_alc_pool_init(&memory, &pool[0], pool.size());
        yyjson_doc *record = yyjson_read_opts(const_cast<char *>(at), length, YYJSON_READ_NOFLAG, &memory, nullptr);
        if (record == nullptr) {
            return false;
        }
        yyjson_val *metrics = yyjson_obj_get(yyjson_doc_get_root(record), "metrics");
        for (const auto &[name, attribute] : wanted) {
            yyjson_val *metric = yyjson_obj_getn(metrics, name.data(), name.size());
            sum += yyjson_get_num(yyjson_obj_getn(metric, attribute.data(), attribute.size()));
        }
        yyjson_doc_free(record);
        return true;
    }
};

template <class reader> static int pass(const simdjson::padded_string &text, const names &wanted) {
    reader with;
    double start = processor_time(), sum = 0;
    long records = 0;
    const char *at = text.data(), *end = at + text.size();
    while (at < end) {
        const char *line_end = static_cast<const char *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        line_end = line_end ? line_end : end;
        if (!with.read(at, static_cast<size_t>(line_end - at), wanted, sum)) {
            std::fputs("readers: a record is broken\n", stderr);
            return 1;
        }
        records++;
        at = line_end + 1;
    }
    std::printf("%ld %.9f %.6f\n", records, processor_time() - start, sum);
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && std::strcmp(arguments[1], "version") == 0) {
        std::printf("%d.%d.%d %s\n", simdjson::SIMDJSON_VERSION_MAJOR, simdjson::SIMDJSON_VERSION_MINOR,
                    simdjson::SIMDJSON_VERSION_REVISION, YYJSON_VERSION_STRING);
        return 0;
    }
    if (count != 4) {
        std::fputs("usage: readers simdjson|yyjson POLICY_JSON RECORDS\n", stderr);
        return 2;
    }
    names wanted;
    simdjson::dom::parser policies;
    for (auto row : policies.load(arguments[2]).get_array()) {
        wanted.emplace(std::string_view(row["metric"]), std::string_view(row["attribute"]));
    }
    simdjson::padded_string text = simdjson::padded_string::load(arguments[3]);
    return std::strcmp(arguments[1], "yyjson") == 0 ? pass<with_yyjson>(text, wanted) : pass<with_simdjson>(text, wanted);
}
