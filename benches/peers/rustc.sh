#!/bin/sh
# The peers choose their instructions when they are compiled, and their manuals ask for target-cpu=native. apigw chooses
# when it runs, and is compiled as users get it: for any CPU of the architecture.
case " $* " in
*" --crate-name apigw "*) exec "$@" ;;
*) exec "$@" -Ctarget-cpu=native ;;
esac
