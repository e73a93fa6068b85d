/* Result files on several threads (cli/eval.h), to the same bytes as on one.
 *
 * A large file is cut into pieces of whole lines; small files go together. The main thread cuts and, in order, gives out
 * what workers made; at most a few pieces for each worker are in memory. A worker judges its piece as if every line before
 * had been a record of its own, with readers that it keeps from piece to piece, as they learn what records look like; its
 * reports go to memory. Whether that was so is known when it is the piece's turn: if
 * not (a record over several lines, two on one), what it made is thrown away and the rest of the file is read as a stream.
 * What is no regular file is read by the main thread when its turn comes. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/eval.h"

enum { PIECE = 512 << 10, LONGEST_LINE = 16 << 20, MOST_FILES = 64, AHEAD = 3 };

/* A report in memory. */
struct bytes {
    char *items;
    size_t count, capacity;
    struct sink sink;
};

enum task_state { TASK_FREE, TASK_WAITS, TASK_RUNS, TASK_DONE };

struct task {
    enum task_state state;
    size_t file, file_count; /* of the list; one where it is a piece */
    bool is_piece;
    char *text; /* of a piece, and where it begins */
    size_t length, capacity;
    uint64_t offset;
    struct stream_piece begin, end;
    struct judging judging;
    struct bytes
        *outputs; /* one for each reporter; they stay with their place in the ring, and their memory with them */
    uint64_t seen_before; /* what its reports took to be out: 0 or 1 */
};

struct parallel {
    struct judging *judging; /* the main thread's */
    const struct result_list *files;
    pthread_t *threads;
    size_t thread_count;
    pthread_mutex_t mutex;
    pthread_cond_t work, done;
    bool closing;
    struct task *ring;
    size_t ring_size, first, count, next; /* `next`: of those in the ring, how many were taken */
    char **spare;                         /* texts of pieces, to be filled again: fresh memory is slow to come by */
    size_t spare_count;
    size_t streamed;        /* the file whose rest was read as a stream, or SIZE_MAX */
    struct stream_piece at; /* where the file whose pieces are given out stands */
};

/* --- reports in memory --- */

static bool write_bytes(void *to, const char *text, size_t length) {
    struct bytes *bytes = to;
    if (length > bytes->capacity - bytes->count) {
        size_t capacity = bytes->capacity > 0 ? bytes->capacity : 1 << 16;
        while (capacity - bytes->count < length) {
            capacity *= 2;
        }
        char *items = realloc(bytes->items, capacity);
        if (!items) {
            return false;
        }
        bytes->items = items;
        bytes->capacity = capacity;
    }
    memcpy(bytes->items + bytes->count, text, length);
    bytes->count += length;
    return true;
}

/* --- workers --- */

struct worker {
    struct arena arena;
    struct readers readers; /* of the file that it read a piece of last */
    size_t file;
};

static bool keep_readers(struct worker *worker, struct task *task, const struct result_list *files) {
    if (worker->readers.count > 0 && worker->file == task->file) {
        return true;
    }
    readers_close(&worker->readers);
    worker->file = task->file;
    return judging_open_pieces(&task->judging, str_from(files->items[task->file].path), &worker->readers);
}

static void judge_piece(struct worker *worker, struct task *task, const struct result_list *files) {
    if (keep_readers(worker, task, files)) {
        records_begin_piece(worker->readers.items[0], task->text, task->length, &task->begin);
        judging_read(&task->judging, &worker->readers);
        records_piece_end(worker->readers.items[0], &task->end);
    } else {
        task->end.mixed = true; /* memory is out: the main thread tries once more */
    }
}

static void run_task(struct worker *worker, struct task *task, const struct result_list *files) {
    if (task->is_piece) {
        judge_piece(worker, task, files);
        return;
    }
    for (size_t i = 0; i < task->file_count && !judging_is_over(&task->judging); i++) {
        judging_source(&task->judging, &files->items[task->file + i]);
    }
}

static struct task *take_task(struct parallel *parallel) {
    while (parallel->next == parallel->count && !parallel->closing) {
        pthread_cond_wait(&parallel->work, &parallel->mutex);
    }
    if (parallel->closing) {
        return NULL;
    }
    struct task *task = &parallel->ring[(parallel->first + parallel->next) % parallel->ring_size];
    parallel->next++;
    task->state = TASK_RUNS;
    return task;
}

static void *work(void *context) {
    struct parallel *parallel = context;
    struct worker worker = {0};
    struct task *task;
    arena_init(&worker.arena);
    pthread_mutex_lock(&parallel->mutex);
    while ((task = take_task(parallel)) != NULL) {
        pthread_mutex_unlock(&parallel->mutex);
        task->judging.record = worker.arena;
        run_task(&worker, task, parallel->files);
        worker.arena = task->judging.record;
        pthread_mutex_lock(&parallel->mutex);
        task->state = TASK_DONE;
        pthread_cond_signal(&parallel->done);
    }
    pthread_mutex_unlock(&parallel->mutex);
    readers_close(&worker.readers);
    arena_free(&worker.arena);
    return NULL;
}

/* --- the main thread: giving out --- */

/* Memory for a piece, and back. NULL where there is none. */
static char *take_text(struct parallel *parallel, size_t capacity) {
    return capacity == PIECE && parallel->spare_count > 0 ? parallel->spare[--parallel->spare_count]
                                                          : malloc(capacity + RECORDS_PADDING);
}

static void give_back_text(struct parallel *parallel, char *text, size_t capacity) {
    if (text && capacity == PIECE && parallel->spare_count < parallel->ring_size) {
        parallel->spare[parallel->spare_count++] = text;
    } else {
        free(text);
    }
}

static void empty_task(struct parallel *parallel, struct task *task) {
    for (size_t i = 0; task->outputs && i < parallel->judging->reporter_count; i++) {
        task->outputs[i].count = 0;
    }
    free(task->judging.reporters);
    free(task->judging.by_policy);
    give_back_text(parallel, task->text, task->capacity);
    *task = (struct task){.outputs = task->outputs};
}

static void free_memory(struct parallel *parallel) {
    for (size_t k = 0; k < parallel->ring_size; k++) {
        struct bytes *outputs = parallel->ring[k].outputs;
        for (size_t i = 0; outputs && i < parallel->judging->reporter_count; i++) {
            free(outputs[i].items);
        }
        free(outputs);
    }
    for (size_t i = 0; i < parallel->spare_count; i++) {
        free(parallel->spare[i]);
    }
    free(parallel->spare);
    free(parallel->ring);
    free(parallel->threads);
}

static void give_out(struct judging *to, struct task *task) {
    for (size_t i = 0; i < to->reporter_count; i++) {
        struct report *report = &to->reporters[i].report;
        const struct bytes *bytes = &task->outputs[i];
        sink_put(report->sink, (str){bytes->items, bytes->count});
        report->sink->failed = report->sink->failed || bytes->sink.failed;
        report->seen += task->judging.reporters[i].report.seen - task->seen_before;
    }
    for (size_t i = 0; i < to->policies->count; i++) {
        totals_add(&to->by_policy[i], &task->judging.by_policy[i]);
    }
    to->stopped = to->stopped || task->judging.stopped;
    to->out_of_memory = to->out_of_memory || task->judging.out_of_memory;
    if (to->progress) {
        struct totals all = judging_totals(to);
        progress_tick(to->progress, &all, to->policies->count);
    }
}

/* The rest of a file as a stream, from where its pieces ended. */
static void stream_rest(struct parallel *parallel, size_t file, uint64_t offset) {
    struct judging *judging = parallel->judging;
    const struct result_file *item = &parallel->files->items[file];
    struct readers readers;
    parallel->streamed = file;
    if (!judging_open(judging, item->path, &readers)) {
        return;
    }
    if (offset == 0 || records_continue(readers.items[0], offset, &parallel->at)) {
        judging_read(judging, &readers);
    } else {
        judging_refuse(judging, &(struct record_error){.code = DIAG_UNREADABLE,
                                                       .text = STR("it cannot be read from the middle"),
                                                       .source = str_from(item->path)});
    }
    readers_close(&readers);
}

/* Whether the worker began as the stream would have stood there, and read as it would have read. */
static bool is_as_streamed(const struct parallel *parallel, const struct task *task) {
    if (task->end.mixed) {
        return false;
    }
    if (task->begin.is_first) {
        return task->end.index > 0;
    }
    const struct stream_piece *at = &parallel->at;
    return at->index == task->begin.index && at->line == task->begin.line && at->lines_likely;
}

static void commit_piece(struct parallel *parallel, struct task *task) {
    if (parallel->streamed == task->file) {
        return; /* that was read already */
    }
    if (task->begin.is_first) {
        parallel->at = (struct stream_piece){.is_first = true, .line = 1};
    }
    if (!is_as_streamed(parallel, task)) {
        stream_rest(parallel, task->file, task->offset);
        return;
    }
    bool by_lines = parallel->at.by_lines || task->end.by_lines;
    give_out(parallel->judging, task);
    parallel->at = task->end;
    parallel->at.by_lines = by_lines;
}

/* The oldest task, whether it is waited for or not. */
static void commit_first(struct parallel *parallel) {
    struct task *task = &parallel->ring[parallel->first];
    pthread_mutex_lock(&parallel->mutex);
    while (task->state != TASK_DONE) {
        pthread_cond_wait(&parallel->done, &parallel->mutex);
    }
    pthread_mutex_unlock(&parallel->mutex);
    if (!judging_is_over(parallel->judging)) {
        if (task->is_piece) {
            commit_piece(parallel, task);
        } else {
            give_out(parallel->judging, task);
        }
    }
    empty_task(parallel, task);
    pthread_mutex_lock(&parallel->mutex);
    parallel->first = (parallel->first + 1) % parallel->ring_size;
    parallel->count--;
    parallel->next--;
    pthread_mutex_unlock(&parallel->mutex);
}

static void commit_all(struct parallel *parallel) {
    while (parallel->count > 0) {
        commit_first(parallel);
    }
}

/* Tasks that are done are given out as soon as it is their turn. */
static void commit_ready(struct parallel *parallel) {
    for (;;) {
        pthread_mutex_lock(&parallel->mutex);
        bool ready = parallel->count > 0 && parallel->ring[parallel->first].state == TASK_DONE;
        pthread_mutex_unlock(&parallel->mutex);
        if (!ready) {
            return;
        }
        commit_first(parallel);
    }
}

static bool prepare(struct parallel *parallel, struct task *task, bool is_very_first) {
    const struct judging *from = parallel->judging;
    struct judging *to = &task->judging;
    task->seen_before = is_very_first ? 0 : 1;
    to->policies = from->policies;
    to->fail_fast = from->fail_fast;
    to->reporter_count = from->reporter_count;
    to->by_policy = calloc(from->policies->count, sizeof *to->by_policy);
    to->reporters = calloc(from->reporter_count, sizeof *to->reporters);
    task->outputs = task->outputs ? task->outputs : calloc(from->reporter_count, sizeof *task->outputs);
    if (!to->by_policy || !to->reporters || !task->outputs) {
        return false;
    }
    for (size_t i = 0; i < to->reporter_count; i++) {
        task->outputs[i].sink = (struct sink){.write = write_bytes, .to = &task->outputs[i]};
        to->reporters[i] = from->reporters[i];
        to->reporters[i].report.sink = &task->outputs[i].sink;
        to->reporters[i].report.seen = task->seen_before;
    }
    return true;
}

/* Puts a task into the ring; what it holds is freed where memory is out. */
static bool submit(struct parallel *parallel, struct task *made) {
    commit_ready(parallel);
    if (parallel->count == parallel->ring_size) {
        commit_first(parallel);
    }
    bool is_very_first = parallel->count == 0 && judging_totals(parallel->judging).records == 0;
    struct task *task = &parallel->ring[(parallel->first + parallel->count) % parallel->ring_size];
    made->outputs = task->outputs;
    *task = *made;
    if (!prepare(parallel, task, is_very_first)) {
        empty_task(parallel, task);
        parallel->judging->out_of_memory = true;
        return false;
    }
    pthread_mutex_lock(&parallel->mutex);
    task->state = TASK_WAITS;
    parallel->count++;
    pthread_cond_signal(&parallel->work);
    pthread_mutex_unlock(&parallel->mutex);
    return true;
}

/* --- the main thread: cutting --- */

struct cutter {
    int descriptor;
    char *bytes;
    size_t count, capacity;
    bool ended, failed;     /* the file; reading it, or memory */
    struct stream_piece at; /* of what is cut next */
    uint64_t offset;
};

static bool fill(struct cutter *cutter, size_t wanted) {
    if (cutter->capacity < wanted) {
        char *bytes = realloc(cutter->bytes, wanted + RECORDS_PADDING);
        if (!bytes) {
            cutter->failed = true;
            return false;
        }
        cutter->bytes = bytes;
        cutter->capacity = wanted;
    }
    while (cutter->count < wanted && !cutter->ended) {
        ssize_t got = read(cutter->descriptor, cutter->bytes + cutter->count, wanted - cutter->count);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        cutter->failed = got < 0;
        cutter->ended = got <= 0;
        cutter->count += got > 0 ? (size_t)got : 0;
    }
    return !cutter->failed;
}

static size_t last_line_end(const struct cutter *cutter) {
    size_t end = cutter->count;
    while (end > 0 && cutter->bytes[end - 1] != '\n') {
        end--;
    }
    return end;
}

/* How long the next piece of whole lines is; 0 at the end, or where it has to be read as a stream (`failed`). */
static size_t find_piece(struct cutter *cutter) {
    for (size_t wanted = PIECE;; wanted *= 2) {
        if (!fill(cutter, wanted)) {
            return 0;
        }
        size_t end = cutter->ended ? cutter->count : last_line_end(cutter);
        if (end > 0 || cutter->ended) {
            return end;
        }
        if (wanted >= LONGEST_LINE) {
            cutter->failed = true;
            return 0;
        }
    }
}

/* What begins as an array has no pieces. */
static bool is_array(const struct cutter *cutter) {
    size_t i = 0;
    while (i < cutter->count && strchr(" \t\r\n\xef\xbb\xbf", cutter->bytes[i])) {
        i++;
    }
    return cutter->at.is_first && i < cutter->count && cutter->bytes[i] == '[';
}

/* Moves on over a piece: its lines, and the records that they are if each is one. */
static void pass_lines(struct cutter *cutter, const char *text, size_t length) {
    for (size_t i = 0; i < length;) {
        const char *end = memchr(text + i, '\n', length - i);
        size_t stop = end ? (size_t)(end - text) : length;
        while (i < stop && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r')) {
            i++;
        }
        cutter->at.index += i < stop;
        cutter->at.line += end != NULL;
        i = stop + 1;
    }
    cutter->at.is_first = false;
    cutter->offset += length;
}

/* Gives the piece away and keeps what follows it. */
static bool cut(struct parallel *parallel, struct cutter *cutter, size_t length, struct task *task) {
    size_t rest = cutter->count - length, capacity = rest > PIECE ? rest : PIECE;
    char *bytes = take_text(parallel, capacity);
    if (!bytes) {
        return false;
    }
    if (rest > 0) {
        memcpy(bytes, cutter->bytes + length, rest);
    }
    task->text = cutter->bytes;
    task->length = length;
    task->capacity = cutter->capacity;
    task->offset = cutter->offset;
    task->begin = cutter->at;
    cutter->bytes = bytes;
    cutter->count = rest;
    cutter->capacity = capacity;
    pass_lines(cutter, task->text, length);
    return true;
}

static void judge_in_pieces(struct parallel *parallel, size_t file, int descriptor) {
    struct cutter cutter = {.descriptor = descriptor, .at = {.is_first = true, .line = 1}};
    while (parallel->streamed != file && !judging_is_over(parallel->judging)) {
        struct task task = {.is_piece = true, .file = file, .file_count = 1};
        size_t length = find_piece(&cutter);
        if (length == 0 && !cutter.failed) {
            break;
        }
        if (length == 0 || is_array(&cutter) || !cut(parallel, &cutter, length, &task)) {
            commit_all(parallel);
            if (parallel->streamed != file && !judging_is_over(parallel->judging)) {
                stream_rest(parallel, file, cutter.offset);
            }
            break;
        }
        if (!submit(parallel, &task)) {
            break;
        }
    }
    free(cutter.bytes);
}

/* --- files --- */

/* How many files from here on go together: small ones, and regular. */
static size_t count_small(const struct result_list *files, size_t first) {
    size_t count = 0;
    off_t size = 0;
    struct stat status;
    while (count < MOST_FILES && first + count < files->count) {
        const struct result_file *file = &files->items[first + count];
        bool small = file->problem.length == 0 && strcmp(file->path, "-") != 0 && stat(file->path, &status) == 0 &&
                     S_ISREG(status.st_mode) && status.st_size <= PIECE && size + status.st_size <= PIECE;
        if (!small) {
            break;
        }
        size += status.st_size;
        count++;
    }
    return count;
}

static void judge_one(struct parallel *parallel, size_t file) {
    const struct result_file *item = &parallel->files->items[file];
    struct stat status;
    bool may_part = item->problem.length == 0 && strcmp(item->path, "-") != 0 && stat(item->path, &status) == 0 &&
                    S_ISREG(status.st_mode);
    int descriptor = may_part ? open(item->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
    if (descriptor >= 0) {
        judge_in_pieces(parallel, file, descriptor);
        close(descriptor);
        return;
    }
    commit_all(parallel);
    if (!judging_is_over(parallel->judging)) {
        judging_source(parallel->judging, item);
    }
}

static void judge_all(struct parallel *parallel) {
    for (size_t i = 0; i < parallel->files->count && !judging_is_over(parallel->judging);) {
        size_t small = count_small(parallel->files, i);
        if (small == 0) {
            judge_one(parallel, i);
            i++;
            continue;
        }
        struct task task = {.file = i, .file_count = small};
        if (!submit(parallel, &task)) {
            break;
        }
        i += small;
    }
    commit_all(parallel);
}

/* --- threads --- */

static void start_threads(struct parallel *parallel, unsigned jobs) {
    for (unsigned i = 0; i < jobs; i++) {
        if (pthread_create(&parallel->threads[i], NULL, work, parallel) != 0) {
            break;
        }
        parallel->thread_count++;
    }
}

static void stop_threads(struct parallel *parallel) {
    pthread_mutex_lock(&parallel->mutex);
    parallel->closing = true;
    pthread_cond_broadcast(&parallel->work);
    pthread_mutex_unlock(&parallel->mutex);
    for (size_t i = 0; i < parallel->thread_count; i++) {
        pthread_join(parallel->threads[i], NULL);
    }
}

static void judge_alone(struct judging *judging, const struct result_list *files) {
    for (size_t i = 0; i < files->count && !judging_is_over(judging); i++) {
        judging_source(judging, &files->items[i]);
    }
}

/* Reports whose words about a record depend on nothing but whether it is the first. */
bool judging_may_part(const struct judging *judging) {
    static const char *const formats[] = {"text", "json", "jsonl", "verdict", "marks", "summary"};
    for (size_t i = 0; i < judging->reporter_count; i++) {
        bool known = false;
        for (size_t j = 0; j < sizeof formats / sizeof *formats; j++) {
            known = known || strcmp(judging->reporters[i].format->name, formats[j]) == 0;
        }
        if (!known) {
            return false;
        }
    }
    return !judging->candidate_arena && !judging->answers;
}

void judging_files(struct judging *judging, const struct result_list *files, unsigned jobs) {
    struct parallel parallel = {.judging = judging, .files = files, .streamed = SIZE_MAX};
    parallel.ring_size = (size_t)jobs * AHEAD;
    parallel.threads = jobs > 1 && judging_may_part(judging) ? calloc(jobs, sizeof *parallel.threads) : NULL;
    parallel.ring = parallel.threads ? calloc(parallel.ring_size, sizeof *parallel.ring) : NULL;
    parallel.spare = parallel.ring ? calloc(parallel.ring_size, sizeof *parallel.spare) : NULL;
    if (!parallel.spare) {
        free(parallel.ring);
        free(parallel.threads);
        judge_alone(judging, files);
        return;
    }
    pthread_mutex_init(&parallel.mutex, NULL);
    pthread_cond_init(&parallel.work, NULL);
    pthread_cond_init(&parallel.done, NULL);
    start_threads(&parallel, jobs);
    if (parallel.thread_count > 0) {
        judge_all(&parallel);
    } else {
        judge_alone(judging, files);
    }
    stop_threads(&parallel);
    pthread_cond_destroy(&parallel.done);
    pthread_cond_destroy(&parallel.work);
    pthread_mutex_destroy(&parallel.mutex);
    free_memory(&parallel);
}
