# shellcheck shell=sh
# Sourced by the scripts beside it. is_clean FILE: it holds no control byte but tab and line feed, and no character that
# reorders text or cannot be seen (U+0080-009F, U+061C, U+200B-200F, U+2028-202E, U+2060-2069, U+FEFF).

# shellcheck disable=SC2059 # the points are formats on purpose
hidden_characters=$(
    for byte in 200 201 202 203 204 205 206 207 210 211 212 213 214 215 216 217 220 221 222 223 224 225 226 227 \
        230 231 232 233 234 235 236 237; do printf "\302\\$byte\n"; done
    printf '\330\234\n'
    for byte in 213 214 215 216 217 250 251 252 253 254 255 256; do printf "\342\200\\$byte\n"; done
    for byte in 240 241 242 243 244 246 247 250 251; do printf "\342\201\\$byte\n"; done
    printf '\357\273\277\n'
)

is_clean() {
    # shellcheck disable=SC2094 # both only read
    LC_ALL=C tr -d '\000-\010\013-\037\177' <"$1" | cmp -s - "$1" || return 1
    LC_ALL=C grep -qF -e "$hidden_characters" "$1" && return 1
    return 0
}
