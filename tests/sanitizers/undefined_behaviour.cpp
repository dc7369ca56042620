// Does what is undefined, on purpose, and then says that all is well. Built under the undefined-behaviour sanitizer
// only: there the program must have ended before it can say so, else a fault in a test is a line of text and no
// failure.
#include <climits>
#include <cstdio>

int main() {
  volatile int most = INT_MAX;
  most = most + 1;
  std::printf("went on with %d\n", most);
  return 0;
}
