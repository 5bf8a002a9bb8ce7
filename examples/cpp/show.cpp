// Prints the event in a file, or from standard input.
//
//     show [FILE]

#include <apigw.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

void print(std::string_view name, apigw::string value) {
    if (value) std::cout << name << ": " << *value << '\n';
}

void print(std::string_view name, const apigw::pairs &pairs) {
    if (!pairs.empty()) std::cout << name << ":\n";
    for (auto [key, value] : pairs) {
        std::cout << "  " << key;
        if (value) std::cout << " = " << *value;
        std::cout << '\n';
    }
}

} // namespace

int main(int argc, char **argv) {
    std::ifstream file;
    if (argc > 1) {
        file.open(argv[1], std::ios::binary);
        if (!file) {
            std::cerr << argv[1] << ": cannot be read\n";
            return 2;
        }
    }
    std::istream &stream = argc > 1 ? file : std::cin;
    const std::string input{std::istreambuf_iterator<char>(stream), {}};

    auto decoder = apigw::decoder::create();
    if (!decoder) {
        std::cerr << decoder.error().text << '\n';
        return 1;
    }
    auto event = decoder->decode(input);
    if (!event) {
        const apigw::error &error = event.error();
        std::cerr << "error " << error.status << " at byte " << error.offset;
        if (!error.member.empty()) std::cerr << " in " << error.member;
        std::cerr << ": " << error.text << '\n';
        return 1;
    }
    std::cout << "dialect: " << apigw_dialect_name(event->dialect()) << '\n';
    print("method", event->method());
    print("path", event->path());
    print("route", event->route());
    print("stage", event->stage());
    print("source ip", event->source_ip());
    print("headers", event->headers());
    print("query", event->query());
    print("path parameters", event->path_parameters());
    print("unknown members", event->extras());
    print(event->body_kind() == apigw::body_kind::base64 ? "body (base64)" : "body", event->body());
    return 0;
}
