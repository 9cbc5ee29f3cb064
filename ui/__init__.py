"""The screens: the only folder that knows Qt. `ui.view` is the contract with the terminal and knows none."""
