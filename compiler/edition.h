/* Which language this is. The edition is what a policy's `assize:` names. The semantics version grows whenever the same
 * policy may judge the same record otherwise than before: a lock made under another one is refused. */
#ifndef COMPILER_EDITION_H
#define COMPILER_EDITION_H

enum { LANGUAGE_EDITION = 1, SEMANTICS_VERSION = 1 };

#endif
