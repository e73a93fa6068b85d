/* A program that does nothing: what starting anything costs. bench/start.sh links it in the ways that the product is linked. */
int main(void) {
    return 0;
}
