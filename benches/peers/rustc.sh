#!/bin/sh
# Compiles the peers for this CPU, or for PEERS_CPU, and apigw for every CPU of the architecture.
#
# The peers choose their instructions at compile time, and their manuals recommend
# target-cpu=native. apigw chooses at run time, and its users compile it for every CPU. A feature
# that every such CPU has must be named here: with link-time optimisation, functions without a
# feature of their own get the features of the last crate.
case "$(uname -m)" in
x86_64) baseline=+sse2 ;;
*) baseline=+neon ;;
esac
case " $* " in
*" --crate-name apigw "*) exec "$@" -Ctarget-feature=$baseline ;;
*) exec "$@" "-Ctarget-cpu=${PEERS_CPU:-native}" ;;
esac
