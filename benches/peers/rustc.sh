#!/bin/sh
# The peers choose their instructions when they are compiled, and their manuals ask for target-cpu=native. apigw chooses
# when it runs, and is compiled as users get it: for any CPU of the architecture. That has to be spelt out with a feature
# which every such CPU has; link-time optimisation gives functions that name none those of the last crate.
case "$(uname -m)" in
x86_64) baseline=+sse2 ;;
*) baseline=+neon ;;
esac
case " $* " in
*" --crate-name apigw "*) exec "$@" -Ctarget-feature=$baseline ;;
*) exec "$@" -Ctarget-cpu=native ;;
esac
