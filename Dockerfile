# docker build -t playground . && docker run -p 8501:8501 playground
FROM python:3.11-slim

RUN useradd --create-home playground
WORKDIR /home/playground/app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt

# Kernels are compiled here, once, and not before the first visitor; a host with another processor compiles its own at the first start.
# Numba trusts its cache only while the sources have the same age, which images keep in whole seconds.
COPY --chown=playground kernels kernels
USER playground
RUN find kernels -exec touch --date=2026-01-01 {} + && python -m kernels

COPY .streamlit .streamlit
COPY app.py .
COPY playground playground

# In the container every address is the container's own; who may come in is the host's or its proxy's business.
ENV STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_ALLOWED_HOSTS=* \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"
CMD ["streamlit", "run", "app.py"]
