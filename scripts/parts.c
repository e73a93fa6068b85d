/* The libraries that a build is made with, as the build itself finds them: one a line, for scripts/sbom.sh. Compiled and run by it.
 * name | version | licence | where it comes from | how it is part of the program */
#include <gmp.h>
#include <gnu/libc-version.h>
#include <sodium.h>
#include <stdio.h>
#include <xxhash.h>
#include <yaml.h>

int main(void) {
    printf("libyaml|%s|MIT|https://github.com/yaml/libyaml|DYNAMIC_LINK\n", yaml_get_version_string());
    printf("gmp|%s|LGPL-3.0-or-later OR GPL-2.0-or-later|https://gmplib.org|DYNAMIC_LINK\n", gmp_version);
    printf("libsodium|%s|ISC|https://github.com/jedisct1/libsodium|DYNAMIC_LINK\n", sodium_version_string());
    printf("xxhash|%d.%d.%d|BSD-2-Clause|https://github.com/Cyan4973/xxHash|CONTAINS\n", XXH_VERSION_MAJOR, XXH_VERSION_MINOR,
           XXH_VERSION_RELEASE);
    printf("glibc|%s|LGPL-2.1-or-later|https://www.gnu.org/software/libc|DYNAMIC_LINK\n", gnu_get_libc_version());
    return 0;
}
