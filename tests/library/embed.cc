// What an application in C++ does with the library: open, upgrade, look, fail.
#include <rev/rev.h>

#include <iostream>
#include <memory>
#include <string>

template <typename T, void (*release)(T *)> struct Release {
    void operator()(T *object) const
    {
        release(object);
    }
};
template <typename T, void (*release)(T *)> using Owned = std::unique_ptr<T, Release<T, release>>;

static_assert(REV_VERSION_NUMBER >= 1000, "the headers have a version");

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    rev_project_options where{};
    where.struct_size = sizeof where;
    where.migrations = argv[1];
    where.url = argv[2];
    rev_error *error = nullptr;
    Owned<rev_project, rev_project_free> project{rev_project_open(&where, &error)};
    if (!project) {
        std::cerr << error->message << "\n";
        rev_error_free(error);
        return 1;
    }
    auto *steps = new int(0);
    rev_observer observer{};
    observer.struct_size = sizeof observer;
    observer.user = steps;
    observer.event = [](void *user, const rev_event *event) {
        *static_cast<int *>(user) += event->kind == REV_EVENT_STEP_DONE;
    };
    rev_migrate_options options{};
    options.struct_size = sizeof options;
    options.observer = &observer;
    Owned<rev_result, rev_result_free> result{rev_upgrade(project.get(), "fast", &options, &error)};
    Owned<rev_state, rev_state_free> state{rev_state_read(project.get(), nullptr, &error)};
    if (!result || !state) {
        std::cerr << error->message << "\n";
        rev_error_free(error);
        return 1;
    }
    std::cout << *steps << " steps, at " << state->rows.items[0] << "\n";
    delete steps;
    if (rev_upgrade(project.get(), "nowhere", nullptr, &error)) {
        return 1;
    }
    const std::string message = error->message;
    std::cout << error->code << " " << message << "\n";
    rev_error_free(error);
    return 0;
}
