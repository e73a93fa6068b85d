/* What the program can still do once it reads what others wrote (cli/sandbox.c). */
#ifndef CLI_SANDBOX_H
#define CLI_SANDBOX_H

struct command_line;

/* From all to least. */
enum sandbox {
    SANDBOX_NONE,  /* it starts another program: git, an editor, the script of `run` */
    SANDBOX_WRITE, /* files are read and written; nothing is started, no connection opened */
    SANDBOX_READ   /* files are read; what is open already is written to */
};

/* What the command and its options need. */
enum sandbox sandbox_of(const struct command_line *line);

/* Gives up what this does not allow, for good; again, only more of it. One thread must be running: those that come later
 * are held, too. Where the kernel has neither Landlock nor seccomp, nothing happens. */
void sandbox_enter(enum sandbox sandbox);

#endif
