/* Paths as code hosts know them: from the root of the repository that the working directory is in. */
#ifndef CLI_REPOSITORY_H
#define CLI_REPOSITORY_H

#include "base/str.h"

struct repository {
    str here; /* the working directory; empty where it is not known */
    str root; /* the nearest directory from there up that has a `.git`; empty where there is none */
};

/* False where memory is out. */
bool repository_find(struct arena *arena, struct repository *repository);

/* `path` from the root, where it stands below it; else as given, without `./` and `..` that can be left out. `-` stays. */
str repository_path(struct arena *arena, const struct repository *repository, const char *path);

#endif
