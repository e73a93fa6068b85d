/* Many writers at once: each runs a command again and again, and keeps what it was told on standard output.
 *
 *     writers WRITERS TIMES COMMAND ARGUMENT...
 *
 * Prints, for every run that ended with 0, the first line of its output; status 1 where a run ended otherwise. What was
 * acknowledged is then held against what is there by whoever called. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs the command once; the first line of what it says goes to `line`. */
static int run_once(char **command, char *line, size_t room) {
    int ends[2];
    if (pipe(ends) != 0) {
        return 1;
    }
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(command[0], command);
        _exit(127);
    }
    close(ends[1]);
    FILE *output = fdopen(ends[0], "r");
    if (child < 0 || !output) {
        return 1;
    }
    line[0] = '\0';
    char rest[4096];
    if (!fgets(line, (int)room, output)) {
        line[0] = '\0';
    }
    while (fgets(rest, sizeof rest, output)) {
    }
    fclose(output);
    int status = 0;
    waitpid(child, &status, 0);
    return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* One writer: its lines go to a file of its own, and to standard output when all is done. */
static int write_many(size_t times, char **command, FILE *kept) {
    char line[4096];
    int failed = 0;
    for (size_t i = 0; i < times; i++) {
        if (run_once(command, line, sizeof line) != 0) {
            failed = 1;
        } else {
            fputs(line, kept);
        }
    }
    return fflush(kept) != 0 || failed;
}

int main(int argc, char **argv) {
    enum { MOST = 64 };
    size_t writers = argc > 3 ? strtoul(argv[1], NULL, 10) : 0, times = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    FILE *kept[MOST];
    if (writers == 0 || writers > MOST || times == 0) {
        fprintf(stderr, "usage: writers WRITERS TIMES COMMAND ARGUMENT...\n");
        return 2;
    }
    for (size_t i = 0; i < writers; i++) {
        kept[i] = tmpfile();
        if (!kept[i]) {
            return 2;
        }
        if (fork() == 0) {
            _exit(write_many(times, argv + 3, kept[i]));
        }
    }
    int failed = 0, status;
    while (wait(&status) > 0) {
        failed = failed || !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
    for (size_t i = 0; i < writers; i++) {
        char line[4096];
        rewind(kept[i]);
        while (fgets(line, sizeof line, kept[i])) {
            fputs(line, stdout);
        }
        fclose(kept[i]);
    }
    return failed;
}
