/* Standard input that does not wait: another program left it non-blocking, and has nothing to say yet. The reader waits for
 * it, and reads all of it. A program that prints TAP. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "records/window.h"
#include "tests/unit/tap.h"

static void say_later(int to) {
    static const struct timespec pause = {0, 30 * 1000 * 1000};
    static const char *const words[] = {"{\"a\":", " 1}\n"};
    for (int i = 0; i < 2; i++) {
        nanosleep(&pause, NULL);
        if (write(to, words[i], strlen(words[i])) < 0) {
            _exit(1);
        }
    }
    _exit(0);
}

int main(void) {
    int ends[2];
    struct window window;
    if (pipe2(ends, O_NONBLOCK) != 0 || dup2(ends[0], STDIN_FILENO) < 0) {
        printf("Bail out! there is no pipe\n");
        return 1;
    }
    pid_t child = fork();
    if (child == 0) {
        say_later(ends[1]);
    }
    close(ends[1]);
    bool opened = window_open_file(&window, "-", 0);
    check(opened && window_fill(&window, 0, 10) == FILL_MORE && window.end == 9 &&
              memcmp(window_at(&window, 0), "{\"a\": 1}\n", 9) == 0,
          "a pipe that says `try again` is waited for");
    window_close(&window);
    return tap_end();
}
