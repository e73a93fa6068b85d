/* The built-in descriptions of result formats, as a lock sees them (lock.h): every byte of every one of them. A file is
 * known by what the other descriptions say of it, too, so a policy that reads one format is judged by all. */
#include "ledger/lock.h"

#include "records/embedded.h"

void lock_formats_digest(struct arena *arena, struct digest *digest) {
    struct digesting digesting;
    digest_start(&digesting);
    for (size_t i = 0; i < format_file_count; i++) {
        const struct embedded_file *file = &format_files[i];
        digest_add(&digesting, str_format(arena, "%s %zu\n", file->name, file->length));
        digest_add(&digesting, (str){file->bytes, file->length});
    }
    digest_end(&digesting, digest);
}
