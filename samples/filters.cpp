// Select an array, or a whole statement, and run "Conv: Run Layer": it becomes the filter.

static const float kScharrX[3][3] = {
    {-3.0f, 0.0f, 3.0f},
    {-10.0f, 0.0f, 10.0f},
    {-3.0f, 0.0f, 3.0f},
};

constexpr int kSharpen[3][3] = {
    {0, -1, 0},
    {-1, 5, -1},
    {0, -1, 0},
};

// Roberts' cross, both directions: two filters of 2×2.
const double kRoberts[2][1][2][2] = {
    {{{1, 0}, {0, -1}}},
    {{{0, 1}, {-1, 0}}},
};
