"""Times one training step of the vision tower in PyTorch, for comparison with ours: EfficientNet-Lite0 with random weights, its lower blocks
frozen, folded and in a narrow type, two sparse heads, CLIP's loss, clipped gradients and AdamW. Needs torch and nothing else.

Prints one JSON object: the version of PyTorch, its threads, and the seconds of every timed step.
"""

import argparse
import json
import math
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

DIMENSION = 8192
TRAINED_FROM_BLOCK = 12
STEM_CHUNK = 56  # pictures that go through the frozen part at once, as in ours
TEXT_WIDTH, TEXT_HIDDEN, TEXT_NARROW = 2 * 576, 1024, 512
HEAD_BIAS = -2.0
MAXIMUM_LOGIT_SCALE = 20.0
WARM_UPS, FEWEST = 2, 5


class ConvNorm(nn.Module):
    """Convolution padded as TensorFlow pads even sizes, batch normalisation, and ReLU6 where asked for."""

    def __init__(self, inputs, outputs, kernel, stride, groups, relu6, eps, products):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        nn.init.normal_(self.conv.weight, 0, math.sqrt(2 * groups / (kernel * kernel * outputs)))
        self.norm = nn.BatchNorm2d(outputs, eps=eps, momentum=0.02)
        before, after = ((kernel - 1) // 2, (kernel - 1) // 2) if stride == 1 else ((kernel - 2) // 2, kernel // 2)
        self.pad = [before, after, before, after] if before != after else None
        if before == after:
            self.conv.padding = (before, before)
        self.relu6 = relu6
        self.products = products if kernel == 1 else torch.float32

    def forward(self, x):
        if self.pad:
            x = F.pad(x, self.pad)
        if self.training and self.products != torch.float32:
            x = self.pointwise(x)
        else:
            x = self.conv(x)
        x = self.norm(x)
        return F.relu6(x, inplace=True) if self.relu6 else x

    def pointwise(self, x):
        """A 1 x 1 convolution as a matrix product over positions in the narrow type."""
        count, channels, height, width = x.shape
        positions = x.permute(0, 2, 3, 1).reshape(-1, channels).to(self.products)
        product = positions.matmul(self.conv.weight.flatten(1).to(self.products).t()).float()
        return product.view(count, height, width, -1).permute(0, 3, 1, 2)

    def fold(self):
        self.conv, self.norm = fuse_conv_bn_eval(self.conv, self.norm), nn.Identity()


class InvertedBottleneck(nn.Module):
    def __init__(self, block, eps, products):
        super().__init__()
        inputs, outputs, hidden = block["in"], block["out"], block["in"] * block["expand"]
        layers = [] if block["expand"] == 1 else [ConvNorm(inputs, hidden, 1, 1, 1, True, eps, products)]
        layers.append(ConvNorm(hidden, hidden, block["kernel"], block["stride"], hidden, True, eps, products))
        layers.append(ConvNorm(hidden, outputs, 1, 1, 1, False, eps, products))
        self.layers, self.skip = nn.Sequential(*layers), block["skip"]

    def forward(self, x):
        y = self.layers(x)
        return y.add_(x) if self.skip else y


class SparseHead(nn.Module):
    """Centres and scales states by the batch, projects them to the features, and cuts off what is negative."""

    def __init__(self, width, products):
        super().__init__()
        self.norm = nn.BatchNorm1d(width, affine=False, momentum=0.02)
        self.weight = nn.Parameter(torch.randn(DIMENSION, width) / math.sqrt(width))
        self.bias = nn.Parameter(torch.full((DIMENSION,), HEAD_BIAS))
        self.products = products

    def forward(self, states):
        x = self.norm(states).to(self.products)
        return F.relu(x.matmul(self.weight.to(self.products).t()).float() + self.bias)


class TextHead(nn.Module):
    def __init__(self, products):
        super().__init__()
        self.norm = nn.BatchNorm1d(TEXT_WIDTH, affine=False, momentum=0.02)
        self.widen, self.narrow = nn.Linear(TEXT_WIDTH, TEXT_HIDDEN), nn.Linear(TEXT_HIDDEN, TEXT_NARROW)
        self.skip, self.dropout = nn.Linear(TEXT_WIDTH, TEXT_NARROW, bias=False), nn.Dropout(0.1)
        self.head = SparseHead(TEXT_NARROW, products)

    def forward(self, states):
        x = self.norm(states)
        return self.head(self.narrow(self.dropout(F.gelu(self.widen(x)))) + self.skip(x))


class Model(nn.Module):
    def __init__(self, config, frozen, products):
        super().__init__()
        eps, blocks = config["norm"]["eps"], config["blocks"]
        stem = ConvNorm(3, config["stem"]["out"], config["stem"]["kernel"], config["stem"]["stride"], 1, True, eps, products)
        head = ConvNorm(blocks[-1]["out"], config["head"]["out"], 1, 1, 1, True, eps, products)
        made = [InvertedBottleneck(block, eps, products) for block in blocks]
        self.top = nn.Sequential(*made[TRAINED_FROM_BLOCK:], head).to(memory_format=torch.channels_last)
        self.image_head, self.text_head = SparseHead(config["head"]["out"], products), TextHead(products)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        low = nn.Sequential(stem, *made[:TRAINED_FROM_BLOCK]).eval().requires_grad_(False)
        for module in low.modules():
            if isinstance(module, ConvNorm):
                module.fold()
        self.frozen = frozen
        self.low = [low.to(dtype=frozen, memory_format=torch.channels_last)]  # in a list: train() must not reach it

    def forward(self, pictures, states):
        with torch.no_grad():
            chunks = [self.low[0](chunk.to(self.frozen)) for chunk in pictures.split(STEM_CHUNK)]
            low = torch.cat(chunks).float()
        images = self.image_head(self.top(low).mean((2, 3)))
        return F.normalize(images, dim=1), F.normalize(self.text_head(states), dim=1)


def loss_of(images, texts, scale):
    logits = scale.exp() * images.matmul(texts.t())
    targets = torch.arange(len(images))
    return (F.cross_entropy(logits, targets) + F.cross_entropy(logits.t(), targets)) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, help="config.json of the trunk")
    parser.add_argument("--size", type=int, required=True, help="pixels a side")
    parser.add_argument("--batch", type=int, default=280)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--type", choices=["float32", "bfloat16"], default="bfloat16", help="of the frozen part and of the products of the trained part")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    with open(options.config, encoding="utf-8") as file:
        config = json.load(file)

    narrow = getattr(torch, options.type)
    model = Model(config, narrow, narrow).train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": 0.05},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.98), eps=1e-6)
    pictures = torch.randn(options.batch, 3, options.size, options.size).contiguous(memory_format=torch.channels_last)
    states = torch.randn(options.batch, TEXT_WIDTH)

    def step():
        optimizer.zero_grad()
        loss_of(*model(pictures, states), model.logit_scale).backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(MAXIMUM_LOGIT_SCALE))

    for _ in range(WARM_UPS):
        step()
    times, started = [], time.perf_counter()
    while len(times) < FEWEST or time.perf_counter() - started < options.seconds:
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "seconds": times}))


if __name__ == "__main__":
    main()
