/* Adding a record to a folder of decisions, so that it is there whole or not at all, whoever else is writing.
 *
 * Under a lock on the index: the record goes to a file of its own (O_EXCL) and to the disk, gets its name by link(2), which
 * never replaces anything, the folder goes to the disk, and one line is appended to the index and goes to the disk. Only then
 * is it added. A process that is killed before leaves a whole record that the index does not list, or nothing. */
#ifndef LEDGER_ADD_H
#define LEDGER_ADD_H

#include "ledger/folder.h"
#include "ledger/index.h"

struct added {
    str name;      /* of the file */
    str head;      /* the new entry */
    str put_aside; /* the file that a torn end of the index went to; empty where there was none */
};

/* Adds `bytes` as NAME.yaml, NAME-2.yaml … False with a message in *problem; *unsafe as in folder.h. */
bool ledger_add(const struct folder *folder, struct arena *arena, str name, str bytes, struct added *added,
                bool *unsafe, str *problem);

/* Lists a record that is there and that the index does not list. */
bool ledger_adopt(const struct folder *folder, struct arena *arena, str file, const struct digest *digest,
                  struct added *added, bool *unsafe, str *problem);

#endif
