/* Ctrl-C and SIGTERM while records are judged (cli/eval.h). The handler does what a handler may: it empties the report
 * files, as half a report might say that all is well, writes one line, and lets the signal end the program, which no
 * caller takes for 0. What it needs has to be known to it, so this is the one place with a variable of the file. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/eval.h"

enum { MOST_FILES = 64 };

static int unfinished[MOST_FILES];
static volatile sig_atomic_t unfinished_count;

static void end_by_signal(int signal_number) {
    static const char words[] = "\nassize: interrupted: not all records were judged, and no report is whole\n";
    for (int i = 0; i < unfinished_count; i++) {
        if (ftruncate(unfinished[i], 0) != 0) {
            continue; /* a pipe; the line below says what it is worth */
        }
    }
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0) {
        unfinished_count = 0;
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* A signal that the caller has set aside (nohup, a background job) stays so. */
static void watch(int signal_number) {
    struct sigaction action;
    if (sigaction(signal_number, NULL, &action) == 0 && action.sa_handler != SIG_IGN) {
        memset(&action, 0, sizeof action);
        action.sa_handler = end_by_signal;
        sigemptyset(&action.sa_mask);
        sigaction(signal_number, &action, NULL);
    }
}

void interrupts_watch(const struct outputs *outputs) {
    int count = 0;
    for (size_t i = 0; i < outputs->count && count < MOST_FILES; i++) {
        const struct buffer *buffer = outputs->items[i].buffer;
        struct stat status;
        if (buffer && fstat(buffer->descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
            unfinished[count++] = buffer->descriptor;
        }
    }
    unfinished_count = count;
    watch(SIGINT);
    watch(SIGTERM);
    watch(SIGHUP);
    signal(SIGPIPE, SIG_IGN);
}

void interrupts_forget(void) {
    unfinished_count = 0;
}
